/** The three hashes of an RFC 6962 Merkle tree, with an injected SHA-256. */

import { bytesEqual } from './bytes.ts';
import { LogError } from './log-error.ts';

/**
 * The host's SHA-256. Must return 32 new bytes and must not keep a reference to its input, whose memory is reused.
 */
export type Sha256 = (bytes: Uint8Array) => Uint8Array;

/** The length of a hash. */
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

/** The root of the empty tree: SHA-256 of the empty string, RFC 6962 section 2.1. */
export function emptyRoot(sha256: Sha256): Uint8Array {
  return sha256(new Uint8Array(0));
}

/**
 * Checks the length of a hash.
 * @throws LogError `malformed` when it is not 32 bytes
 */
export function requireHash(hash: Uint8Array): void {
  if (hash.length !== hashBytes) {
    throw new LogError('malformed', `A hash must be ${hashBytes} bytes, not ${hash.length}.`);
  }
}

/**
 * The hash at an index of concatenated hashes, as a view.
 * @throws LogError `out_of_range` beyond the end
 */
export function hashAt(hashes: Uint8Array, index: number): Uint8Array {
  const end = (index + 1) * hashBytes;
  if (end > hashes.length) {
    throw new LogError(
      'out_of_range',
      `Hash ${index} is beyond the end of ${hashes.length} bytes.`,
    );
  }
  return hashes.subarray(end - hashBytes, end);
}

/**
 * Checks that two hashes are equal.
 * @throws LogError `mismatch` with this message
 */
export function requireEqualHash(actual: Uint8Array, expected: Uint8Array, message: string): void {
  if (!bytesEqual(actual, expected)) throw new LogError('mismatch', message);
}
