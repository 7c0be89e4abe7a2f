/** Frontiers: the hashes that a log needs to append further leaves (a compact range from leaf 0). */

import { emptyRoot, hashAt, hashBytes, nodeHash, requireHash, type Sha256 } from './hashing.ts';
import { LogError } from './log-error.ts';
import { joinSubtrees, requirePosition, subtreesOf } from './subtree.ts';

/** A tree of `size` leaves as the roots of its perfect subtrees, largest first; one for each bit set in `size`. */
export interface Frontier {
  readonly size: number;
  readonly roots: readonly Uint8Array[];
}

/** A tile that an append filled. It contains the hashes at positions [index · 256, (index + 1) · 256) of `level`. */
export interface FilledTile {
  readonly level: number;
  readonly index: number;
  /** The tile's hash in the level above. */
  readonly root: Uint8Array;
  /** How many of its first hashes existed before the append: 0 to 255. */
  readonly storedWidth: number;
}

/** The result of an append. */
export interface Append {
  readonly before: Frontier;
  readonly leafHashes: readonly Uint8Array[];
  readonly after: Frontier;
  /** The root of the tree after the append. */
  readonly root: Uint8Array;
  /** In the order filled, so a tile follows the tiles below it. Empty for most appends. */
  readonly filledTiles: readonly FilledTile[];
}

/** The frontier of the empty tree. */
export const emptyFrontier: Frontier = { size: 0, roots: [] };

/**
 * Appends leaf hashes to a tree, in order. Reads nothing; computes one or two hashes per leaf.
 * @throws LogError `malformed` on a hash that is not 32 bytes; `out_of_range` when the size exceeds 2^53-1
 */
export function appendLeaves(
  before: Frontier,
  leafHashes: readonly Uint8Array[],
  sha256: Sha256,
): Append {
  requirePosition(before.size + leafHashes.length, 'size');
  const roots = [...before.roots];
  const filledTiles: FilledTile[] = [];
  let size = before.size;
  for (const leaf of leafHashes) {
    requireHash(leaf);
    let hash = leaf;
    let height = 0;
    let index = size;
    // A node with an odd index merges with its left neighbour, the last root of the frontier, one level up.
    while (index % 2 === 1) {
      hash = nodeHash(roots.pop()!, hash, sha256);
      height += 1;
      index = (index - 1) / 2;
      if (height % 8 === 0) filledTiles.push(filledTile(height / 8 - 1, index, hash, before.size));
    }
    roots.push(hash);
    size += 1;
  }
  const after = { size, roots };
  return { before, leafHashes, after, root: frontierRoot(after, sha256), filledTiles };
}

/** The RFC 6962 root of the tree. */
export function frontierRoot(frontier: Frontier, sha256: Sha256): Uint8Array {
  return frontier.size === 0 ? emptyRoot(sha256) : joinSubtrees(frontier.roots, sha256);
}

/** Concatenates the roots, 32 bytes each, at most 1,696 bytes. Store the size separately. */
export function encodeFrontier({ roots }: Frontier): Uint8Array {
  const bytes = new Uint8Array(roots.length * hashBytes);
  roots.forEach((root, place) => bytes.set(root, place * hashBytes));
  return bytes;
}

/**
 * Decodes the output of `encodeFrontier` for a tree of this size. The roots are views of `bytes`.
 * @throws LogError `malformed` when the length does not match the size; `out_of_range` on a size beyond 2^53-1
 */
export function decodeFrontier(size: number, bytes: Uint8Array): Frontier {
  requirePosition(size, 'size');
  const count = subtreesOf(0, size).length;
  if (bytes.length !== count * hashBytes) {
    throw new LogError(
      'malformed',
      `A frontier of size ${size} must have ${count * hashBytes} bytes, not ${bytes.length}.`,
    );
  }
  return { size, roots: Array.from({ length: count }, (_, place) => hashAt(bytes, place)) };
}

function filledTile(level: number, index: number, root: Uint8Array, oldSize: number): FilledTile {
  const stored = Math.floor(oldSize / 256 ** level) - index * 256;
  return { level, index, root, storedWidth: Math.max(0, stored) };
}
