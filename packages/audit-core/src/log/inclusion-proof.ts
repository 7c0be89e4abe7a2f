/** Inclusion proofs (RFC 6962 section 2.1.1, RFC 9162 section 2.1.3): an entry is at a position of a tree. */

import type { ReadHashes } from './hash-reader.ts';
import { nodeHash, requireEqualHash, requireHash, type Sha256 } from './hashing.ts';
import { LogError } from './log-error.ts';
import { joinSubtrees, requirePosition, splitPoint, subtreesOf, type Subtree } from './subtree.ts';

/** A leaf, its tree, and the proof that connects them. */
export interface Inclusion {
  /** Position of the leaf, below `size`. */
  readonly index: number;
  readonly size: number;
  readonly leafHash: Uint8Array;
  /** From the leaf's sibling up to the root's child. */
  readonly proof: readonly Uint8Array[];
  readonly root: Uint8Array;
}

/**
 * Creates the proof for a position of a tree with a known root, with one read. Verifies it, so damaged or rewritten
 * tiles never produce a proof.
 * @throws LogError `out_of_range` when the position is not in the tree; `mismatch` when the hashes read do not lead to
 *   the root
 */
export async function proveInclusion(
  { index, size, root }: Pick<Inclusion, 'index' | 'size' | 'root'>,
  readHashes: ReadHashes,
  sha256: Sha256,
): Promise<Inclusion> {
  requireIndex(index, size);
  const parts = [[{ height: 0, index }], ...pathOf(index, 0, size)];
  const [leafHash, ...proof] = await readJoined(parts, readHashes, sha256);
  const inclusion = { index, size, leafHash: leafHash!, proof, root };
  verifyInclusion(inclusion, sha256);
  return inclusion;
}

/**
 * Verifies a proof.
 * @throws LogError `out_of_range`, `malformed`; `mismatch` when the proof does not lead from the leaf to the root
 */
export function verifyInclusion(
  { index, size, leafHash, proof, root }: Inclusion,
  sha256: Sha256,
): void {
  requireIndex(index, size);
  requireHash(leafHash);
  requireHash(root);
  let node = index;
  let last = size - 1;
  let hash = leafHash;
  for (const sibling of proof) {
    if (last === 0) throw new LogError('malformed', 'The inclusion proof is too long.');
    if (node % 2 === 1 || node === last) {
      hash = nodeHash(sibling, hash, sha256);
      // A last node without a right sibling moves up unchanged until it has a left one.
      while (node % 2 === 0 && node !== 0) {
        node /= 2;
        last = Math.floor(last / 2);
      }
    } else {
      hash = nodeHash(hash, sibling, sha256);
    }
    node = Math.floor(node / 2);
    last = Math.floor(last / 2);
  }
  if (last !== 0) throw new LogError('malformed', 'The inclusion proof is too short.');
  requireEqualHash(hash, root, 'The inclusion proof does not lead to the root.');
}

/** Reads the subtrees of all parts with one call, and joins each part to its root. */
export async function readJoined(
  parts: readonly (readonly Subtree[])[],
  readHashes: ReadHashes,
  sha256: Sha256,
): Promise<Uint8Array[]> {
  const hashes = await readHashes(parts.flat());
  let at = 0;
  return parts.map((part) => {
    const joined = joinSubtrees(hashes.slice(at, at + part.length), sha256);
    at += part.length;
    return joined;
  });
}

/** PATH(index, D[from:to]) of RFC 6962, from the leaf up, with each hash given as the subtrees it is computed from. */
function pathOf(index: number, from: number, to: number): Subtree[][] {
  if (to - from === 1) return [];
  const middle = from + splitPoint(to - from);
  return index < middle
    ? [...pathOf(index, from, middle), subtreesOf(middle, to)]
    : [...pathOf(index, middle, to), subtreesOf(from, middle)];
}

function requireIndex(index: number, size: number): void {
  requirePosition(index, 'index');
  requirePosition(size, 'size');
  if (index >= size) {
    throw new LogError('out_of_range', `Position ${index} is not in a tree of ${size} leaves.`);
  }
}
