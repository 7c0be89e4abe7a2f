/** Cosignatures (C2SP tlog-cosignature, Ed25519, v1): a witness saw the checkpoint at a given time. */

import { LogError } from './log-error.ts';
import { encodeUtf8 } from './utf8.ts';

/** A timestamped signature. */
export interface Cosignature {
  /** Whole POSIX seconds. */
  readonly timeSeconds: number;
  /** 64 bytes, Ed25519 over `cosignatureMessage`. */
  readonly signature: Uint8Array;
}

const signatureBytes = 64;

/**
 * The message that a cosigner signs: two header lines, then the checkpoint's text with its final newline.
 * @throws LogError `out_of_range` unless the time is an integer from 0 to 2^53-1
 */
export function cosignatureMessage(timeSeconds: number, checkpointText: string): Uint8Array {
  requireTime(timeSeconds);
  return encodeUtf8(`cosignature/v1\ntime ${timeSeconds}\n${checkpointText}`);
}

/**
 * Encodes it as a note signature: time (uint64, big-endian) ‖ signature (64 bytes).
 * @throws LogError `malformed`, `out_of_range`
 */
export function encodeCosignature({ timeSeconds, signature }: Cosignature): Uint8Array {
  requireTime(timeSeconds);
  if (signature.length !== signatureBytes) throw malformed();
  const bytes = new Uint8Array(8 + signatureBytes);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(timeSeconds));
  bytes.set(signature, 8);
  return bytes;
}

/**
 * Decodes a note signature.
 * @throws LogError `malformed` when it is not 72 bytes; `out_of_range` on a time beyond 2^53-1
 */
export function decodeCosignature(bytes: Uint8Array): Cosignature {
  if (bytes.length !== 8 + signatureBytes) throw malformed();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const timeSeconds = Number(view.getBigUint64(0));
  requireTime(timeSeconds);
  return { timeSeconds, signature: bytes.subarray(8) };
}

function malformed(): LogError {
  return new LogError(
    'malformed',
    `A cosignature must have an 8-byte time and a ${signatureBytes}-byte signature.`,
  );
}

function requireTime(timeSeconds: number): void {
  if (!Number.isSafeInteger(timeSeconds) || timeSeconds < 0) {
    throw new LogError(
      'out_of_range',
      'The time of a cosignature must be whole seconds from 0 to 2^53-1.',
    );
  }
}
