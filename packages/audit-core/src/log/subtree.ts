/** Perfect subtrees: the nodes of an RFC 6962 tree that never change when leaves are appended. */

import { LogError } from './log-error.ts';
import { nodeHash, type Sha256 } from './hashing.ts';

/** The node over leaves [index · 2^height, (index + 1) · 2^height). Height 0 is a leaf. */
export interface Subtree {
  readonly height: number;
  readonly index: number;
}

/**
 * The perfect subtrees that cover leaves [from, to), left to right, largest first. `from` must be 0 or the start of the
 * right half of a split, like every range in RFC 6962's recursions.
 */
export function subtreesOf(from: number, to: number): Subtree[] {
  const subtrees: Subtree[] = [];
  let at = from;
  while (at < to) {
    const { height, width } = largestPowerUpTo(to - at);
    subtrees.push({ height, index: at / width });
    at += width;
  }
  return subtrees;
}

/**
 * The root over adjacent perfect subtrees, given left to right.
 * @throws LogError `out_of_range` on an empty list
 */
export function joinSubtrees(hashes: readonly Uint8Array[], sha256: Sha256): Uint8Array {
  let root = hashes.at(-1);
  if (root === undefined)
    throw new LogError('out_of_range', 'There is no subtree to compute a root of.');
  for (let at = hashes.length - 2; at >= 0; at -= 1) root = nodeHash(hashes[at]!, root, sha256);
  return root;
}

/** The largest power of two below `size`, where RFC 6962 splits a tree of two or more leaves. */
export function splitPoint(size: number): number {
  return largestPowerUpTo(size - 1).width;
}

function largestPowerUpTo(size: number): { height: number; width: number } {
  let height = 0;
  let width = 1;
  while (width * 2 <= size) {
    width *= 2;
    height += 1;
  }
  return { height, width };
}

/**
 * Checks a position or size; `name` appears in the error.
 * @throws LogError `out_of_range` unless it is an integer from 0 to 2^53-1
 */
export function requirePosition(value: number, name: string): void {
  if (!Number.isSafeInteger(value) || value < 0) {
    throw new LogError('out_of_range', `The ${name} must be an integer from 0 to 2^53-1.`);
  }
}
