/** UTF-8 in both directions, by the encoder that browsers and Node share. */

import { LogError } from './log-error.ts';

// Both are globals of every host, which the ES library alone does not declare.
declare const TextEncoder: new () => {
  encode(text: string): Uint8Array;
  encodeInto(text: string, target: Uint8Array): { written: number };
};
declare const TextDecoder: new (
  label: string,
  options: { fatal: boolean; ignoreBOM: boolean },
) => { decode(bytes: Uint8Array): string };

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

// Encoding into memory that is there already costs a tenth of what new memory does.
const scratch = new Uint8Array(48 * 1024);
const bytesPerUnitMax = 3;

/**
 * The UTF-8 bytes of text, on loan: the next call overwrites them. For hashing and encoding on the spot.
 */
export function borrowUtf8(text: string): Uint8Array {
  if (text.length * bytesPerUnitMax > scratch.length) return encoder.encode(text);
  return scratch.subarray(0, encoder.encodeInto(text, scratch).written);
}

/** The UTF-8 bytes of well-formed text. A lone surrogate becomes U+FFFD, so callers that hash check for them first. */
export function encodeUtf8(text: string): Uint8Array {
  return borrowUtf8(text).slice();
}

/**
 * The text of UTF-8 bytes; a byte order mark stays part of it.
 * @throws LogError `malformed` on bytes that are not UTF-8
 */
export function decodeUtf8(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch (cause) {
    throw new LogError('malformed', 'The bytes are not valid UTF-8.', { cause });
  }
}
