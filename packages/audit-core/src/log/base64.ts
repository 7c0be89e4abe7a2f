/** Base64 (RFC 4648): the standard alphabet with padding, and the URL-safe alphabet without. */

import { LogError } from './log-error.ts';
import { decodeUtf8, encodeUtf8 } from './utf8.ts';

const padding = 61;
const standard = alphabet('+/');
const urlSafe = alphabet('-_');

/** Standard base64 with padding, RFC 4648 section 4. */
export function encodeBase64(bytes: Uint8Array): string {
  return encode(bytes, standard.codes, true);
}

/** URL-safe base64 without padding, RFC 4648 section 5. */
export function encodeBase64Url(bytes: Uint8Array): string {
  return encode(bytes, urlSafe.codes, false);
}

/**
 * Decodes standard base64. Accepts only the canonical encoding: padded, without spaces, trailing bits zero.
 * @throws LogError `malformed`
 */
export function decodeBase64(text: string): Uint8Array {
  if (text.length % 4 !== 0) throw malformed();
  const padded = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  return decode(text, text.length - padded, standard.values);
}

/**
 * Decodes base64url. Accepts only the canonical encoding: unpadded, trailing bits zero.
 * @throws LogError `malformed`
 */
export function decodeBase64Url(text: string): Uint8Array {
  return decode(text, text.length, urlSafe.values);
}

function alphabet(last: string): { codes: Uint8Array; values: Int8Array } {
  const codes = encodeUtf8(`ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789${last}`);
  const values = new Int8Array(128).fill(-1);
  codes.forEach((code, value) => {
    values[code] = value;
  });
  return { codes, values };
}

// Reused between calls: encoding is synchronous and returns a new string.
let scratch = new Uint8Array(4096);

function encode(bytes: Uint8Array, codes: Uint8Array, pad: boolean): string {
  const lengthMax = Math.ceil(bytes.length / 3) * 4;
  if (lengthMax > scratch.length) scratch = new Uint8Array(lengthMax);
  const whole = bytes.length - (bytes.length % 3);
  let at = 0;
  let from = 0;
  while (from < whole) {
    const bits = (bytes[from]! << 16) | (bytes[from + 1]! << 8) | bytes[from + 2]!;
    scratch[at] = codes[bits >> 18]!;
    scratch[at + 1] = codes[(bits >> 12) & 63]!;
    scratch[at + 2] = codes[(bits >> 6) & 63]!;
    scratch[at + 3] = codes[bits & 63]!;
    at += 4;
    from += 3;
  }
  const left = bytes.length - whole;
  if (left > 0) {
    const bits = (bytes[from]! << 16) | ((bytes[from + 1] ?? 0) << 8);
    scratch[at++] = codes[bits >> 18]!;
    scratch[at++] = codes[(bits >> 12) & 63]!;
    if (left === 2) scratch[at++] = codes[(bits >> 6) & 63]!;
    while (pad && at < lengthMax) scratch[at++] = padding;
  }
  return decodeUtf8(scratch.subarray(0, at));
}

function decode(text: string, length: number, values: Int8Array): Uint8Array {
  const left = length % 4;
  if (left === 1) throw malformed();
  const bytes = new Uint8Array(Math.floor((length * 3) / 4));
  let at = 0;
  let bits = 0;
  for (let from = 0; from < length; from += 1) {
    const value = values[text.charCodeAt(from)] ?? -1;
    if (value < 0) throw malformed();
    bits = (bits << 6) | value;
    const place = from % 4;
    if (place > 0) {
      const unread = 6 - place * 2;
      bytes[at++] = bits >> unread;
      bits &= (1 << unread) - 1;
    }
  }
  // Bits of the last character beyond the last byte must be zero, or one value would have two encodings.
  if (left > 0 && bits !== 0) throw malformed();
  return bytes;
}

function malformed(): LogError {
  return new LogError('malformed', 'The text is not canonical base64.');
}
