/** Entry bundles (C2SP tlog-tiles): concatenated entries, each preceded by its length. */

import { LogError } from './log-error.ts';

/** An entry's length is a uint16. */
export const entryBytesMax = 65_535;

/**
 * Encodes entries: length (uint16, big-endian) ‖ entry, repeated.
 * @throws LogError `out_of_range` on an entry beyond 65,535 bytes
 */
export function encodeBundle(entries: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const entry of entries) {
    if (entry.length > entryBytesMax) {
      throw new LogError(
        'out_of_range',
        `The entry is ${entry.length} bytes; the limit is ${entryBytesMax}.`,
      );
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
 * Decodes a bundle to views of its bytes.
 * @param count the expected number of entries: the tile's width, or a count stored beside the bundle
 * @throws LogError `malformed` when the count differs or the last entry is truncated
 */
export function decodeBundle(bundle: Uint8Array, count: number): Uint8Array[] {
  const entries: Uint8Array[] = [];
  let at = 0;
  while (at < bundle.length) {
    const start = at + 2;
    // A truncated length points beyond the end too.
    at = start + (bundle[at]! << 8) + (bundle[at + 1] ?? 0);
    if (at > bundle.length) throw new LogError('malformed', 'The bundle ends inside an entry.');
    entries.push(bundle.subarray(start, at));
  }
  if (entries.length !== count) {
    throw new LogError(
      'malformed',
      `The bundle has ${entries.length} entries; ${count} were expected.`,
    );
  }
  return entries;
}
