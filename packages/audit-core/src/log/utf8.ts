/** UTF-8 in both directions, by the encoder that browsers and Node share. */

import { LogError } from './log-error.ts';

// Both are globals of every host, which the ES library alone does not declare.
declare const TextEncoder: new () => { encode(text: string): Uint8Array };
declare const TextDecoder: new (
  label: string,
  options: { fatal: boolean; ignoreBOM: boolean },
) => { decode(bytes: Uint8Array): string };

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The UTF-8 bytes of well-formed text. A lone surrogate becomes U+FFFD, so callers that hash check for them first. */
export function encodeUtf8(text: string): Uint8Array {
  return encoder.encode(text);
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
