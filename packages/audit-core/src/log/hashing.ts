/** The three hashes of an RFC 6962 Merkle tree over an injected SHA-256. */

import { bytesEqual } from './bytes.ts';
import { LogError } from './log-error.ts';

/**
 * SHA-256 as the host provides it. It answers 32 bytes that are the caller's to keep, and holds on to none of its
 * input: the input's memory is reused for the next call.
 */
export type Sha256 = (bytes: Uint8Array) => Uint8Array;

export const hashBytes = 32;

// Reused between calls: hashing is synchronous.
const leafScratch = new Uint8Array(1 + 4096);
const nodeScratch = new Uint8Array(1 + 2 * hashBytes);
nodeScratch[0] = 0x01;

/** SHA-256(0x00 ‖ entry), RFC 6962 section 2.1. */
export function leafHash(entry: Uint8Array, sha256: Sha256): Uint8Array {
  const length = 1 + entry.length;
  const input =
    length <= leafScratch.length ? leafScratch.subarray(0, length) : new Uint8Array(length);
  input.set(entry, 1);
  return sha256(input);
}

/**
 * SHA-256(0x01 ‖ left ‖ right), RFC 6962 section 2.1.
 * @throws LogError `malformed` when either is not 32 bytes
 */
export function nodeHash(left: Uint8Array, right: Uint8Array, sha256: Sha256): Uint8Array {
  requireHash(left);
  requireHash(right);
  nodeScratch.set(left, 1);
  nodeScratch.set(right, 1 + hashBytes);
  return sha256(nodeScratch);
}

/** The root of the empty tree, SHA-256 of nothing, RFC 6962 section 2.1. */
export function emptyRoot(sha256: Sha256): Uint8Array {
  return sha256(new Uint8Array(0));
}

/** @throws LogError `malformed` when it is not 32 bytes */
export function requireHash(hash: Uint8Array): void {
  if (hash.length !== hashBytes) {
    throw new LogError('malformed', `A hash is ${hashBytes} bytes; this one is ${hash.length}.`);
  }
}

/**
 * The hash at a place in a run of concatenated hashes, as a view without a copy.
 * @throws LogError `out_of_range` when the run ends before it
 */
export function hashAt(hashes: Uint8Array, place: number): Uint8Array {
  const end = (place + 1) * hashBytes;
  if (end > hashes.length) {
    throw new LogError('out_of_range', `Hash ${place} lies beyond ${hashes.length} bytes.`);
  }
  return hashes.subarray(end - hashBytes, end);
}

/** @throws LogError `mismatch` with the message when the two differ */
export function requireEqualHash(actual: Uint8Array, expected: Uint8Array, message: string): void {
  if (!bytesEqual(actual, expected)) throw new LogError('mismatch', message);
}
