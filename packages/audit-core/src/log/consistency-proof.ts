/** Consistency proofs (RFC 6962 section 2.1.2, RFC 9162 section 2.1.4): an older tree is a prefix of a newer one. */

import type { ReadHashes } from './hash-reader.ts';
import { nodeHash, requireEqualHash, type Sha256 } from './hashing.ts';
import { readJoined } from './inclusion-proof.ts';
import { LogError } from './log-error.ts';
import { requirePosition, splitPoint, subtreesOf, type Subtree } from './subtree.ts';

/** Two trees and the proof that the first is a prefix of the second. */
export interface Consistency {
  /** 1 to `newSize`. Not 0, since every tree extends the empty one. */
  readonly oldSize: number;
  readonly oldRoot: Uint8Array;
  readonly newSize: number;
  readonly newRoot: Uint8Array;
  /** Empty when the sizes are equal. */
  readonly proof: readonly Uint8Array[];
}

/**
 * Creates the proof between two known roots with one read, and verifies it.
 * @throws LogError `out_of_range`; `mismatch` when the hashes read do not connect the two roots
 */
export async function proveConsistency(
  { oldSize, oldRoot, newSize, newRoot }: Omit<Consistency, 'proof'>,
  readHashes: ReadHashes,
  sha256: Sha256,
): Promise<Consistency> {
  requireSizes(oldSize, newSize);
  const parts = proofOf(oldSize, 0, newSize, true);
  const proof = parts.length === 0 ? [] : await readJoined(parts, readHashes, sha256);
  const consistency = { oldSize, oldRoot, newSize, newRoot, proof };
  verifyConsistency(consistency, sha256);
  return consistency;
}

/**
 * Verifies a proof.
 * @throws LogError `out_of_range`, `malformed`; `mismatch` when the proof does not lead to both roots
 */
export function verifyConsistency(
  { oldSize, oldRoot, newSize, newRoot, proof }: Consistency,
  sha256: Sha256,
): void {
  requireSizes(oldSize, newSize);
  if (oldSize === newSize) {
    if (proof.length > 0)
      throw new LogError('malformed', 'The proof between equal sizes is not empty.');
    requireEqualHash(oldRoot, newRoot, 'The sizes are equal, but the roots differ.');
    return;
  }
  let node = oldSize - 1;
  let last = newSize - 1;
  while (node % 2 === 1) {
    node = Math.floor(node / 2);
    last = Math.floor(last / 2);
  }
  // If the old size is a power of two, the old root is a node of the new tree and the proof omits it.
  const [first, ...rest] = node === 0 ? [oldRoot, ...proof] : proof;
  if (first === undefined) throw new LogError('malformed', 'The consistency proof is empty.');
  let oldHash = first;
  let newHash = first;
  for (const sibling of rest) {
    if (last === 0) throw new LogError('malformed', 'The consistency proof is too long.');
    if (node % 2 === 1 || node === last) {
      oldHash = nodeHash(sibling, oldHash, sha256);
      newHash = nodeHash(sibling, newHash, sha256);
      while (node % 2 === 0 && node !== 0) {
        node /= 2;
        last = Math.floor(last / 2);
      }
    } else {
      newHash = nodeHash(newHash, sibling, sha256);
    }
    node = Math.floor(node / 2);
    last = Math.floor(last / 2);
  }
  if (last !== 0) throw new LogError('malformed', 'The consistency proof is too short.');
  requireEqualHash(oldHash, oldRoot, 'The consistency proof does not lead to the old root.');
  requireEqualHash(newHash, newRoot, 'The consistency proof does not lead to the new root.');
}

/** SUBPROOF(oldSize, D[from:to], whole) of RFC 6962, with each hash given as the subtrees it is computed from. */
function proofOf(oldSize: number, from: number, to: number, whole: boolean): Subtree[][] {
  if (oldSize === to) return whole ? [] : [subtreesOf(from, to)];
  const middle = from + splitPoint(to - from);
  return oldSize <= middle
    ? [...proofOf(oldSize, from, middle, whole), subtreesOf(middle, to)]
    : [...proofOf(oldSize, middle, to, false), subtreesOf(from, middle)];
}

function requireSizes(oldSize: number, newSize: number): void {
  requirePosition(oldSize, 'old size');
  requirePosition(newSize, 'new size');
  if (oldSize < 1 || oldSize > newSize) {
    throw new LogError(
      'out_of_range',
      `There is no consistency proof from size ${oldSize} to size ${newSize}.`,
    );
  }
}
