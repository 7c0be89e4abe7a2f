/** UTF-8 encoding and decoding, with the encoder that browsers and Node share. */

import { LogError } from './log-error.ts';

// Globals of every host that the ES library types do not declare.
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

// Encoding into existing memory is ten times as fast as into new memory.
const scratch = new Uint8Array(48 * 1024);
const bytesPerUnitMax = 3;

/**
 * The UTF-8 bytes of text in shared memory, which the next call overwrites. For immediate hashing or encoding.
 */
export function borrowUtf8(text: string): Uint8Array {
  if (text.length * bytesPerUnitMax > scratch.length) return encoder.encode(text);
  return scratch.subarray(0, encoder.encodeInto(text, scratch).written);
}

/** The UTF-8 bytes of text. A lone surrogate becomes U+FFFD, so callers must reject those before hashing. */
export function encodeUtf8(text: string): Uint8Array {
  return borrowUtf8(text).slice();
}

/**
 * Decodes UTF-8; keeps a byte order mark as part of the text.
 * @throws LogError `malformed` on invalid UTF-8
 */
export function decodeUtf8(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch (cause) {
    throw new LogError('malformed', 'The bytes are not valid UTF-8.', { cause });
  }
}
