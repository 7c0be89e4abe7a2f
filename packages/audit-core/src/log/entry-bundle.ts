/** Entry bundles (C2SP tlog-tiles): entries one after the other, each behind its length. */

import { LogError } from './log-error.ts';

/** An entry's length is a uint16. */
export const entryBytesMax = 65_535;

/**
 * uint16 big-endian length ‖ entry, repeated.
 * @throws LogError `out_of_range` on an entry beyond 65,535 bytes
 */
export function encodeBundle(entries: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const entry of entries) {
    if (entry.length > entryBytesMax) {
      throw new LogError('out_of_range', `An entry has at most ${entryBytesMax} bytes.`);
    }
    length += 2 + entry.length;
  }
  const bundle = new Uint8Array(length);
  let at = 0;
  for (const entry of entries) {
    bundle[at] = entry.length >> 8;
    bundle[at + 1] = entry.length & 255;
    bundle.set(entry, at + 2);
    at += 2 + entry.length;
  }
  return bundle;
}

/**
 * The entries of a bundle, as views without a copy.
 * @param count how many there must be: the width of the tile, or what is stored beside the bundle
 * @throws LogError `malformed` when there are more or fewer, or the last is cut
 */
export function decodeBundle(bundle: Uint8Array, count: number): Uint8Array[] {
  const entries: Uint8Array[] = [];
  let at = 0;
  while (at < bundle.length) {
    const start = at + 2;
    // A length that is itself cut leads beyond the end, like any other that promises too much.
    at = start + (bundle[at]! << 8) + (bundle[at + 1] ?? 0);
    if (at > bundle.length) throw new LogError('malformed', 'The bundle ends inside an entry.');
    entries.push(bundle.subarray(start, at));
  }
  if (entries.length !== count) {
    throw new LogError('malformed', `The bundle has ${entries.length} entries, not ${count}.`);
  }
  return entries;
}
