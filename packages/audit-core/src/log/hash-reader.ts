/** Reads a tree's hashes from tiles, all that a proof needs at once. */

import type { Frontier } from './frontier.ts';
import type { Sha256 } from './hashing.ts';
import { hashBytes } from './hashing.ts';
import { LogError } from './log-error.ts';
import { requirePosition, subtreesOf, type Subtree } from './subtree.ts';
import { requireWidth, tileRoot, tileWidth, widthOfTile, type TileId } from './tile.ts';

/**
 * Returns the hash of each subtree, in the order requested. The result is not trusted: callers verify it against a
 * root.
 */
export type ReadHashes = (subtrees: readonly Subtree[]) => Promise<readonly Uint8Array[]>;

/** Returns each tile's `width` hashes, concatenated. A fuller version of the tile is fine too. */
export type ReadTiles = (tiles: readonly TileId[]) => Promise<readonly Uint8Array[]>;

/**
 * Creates a reader for a tree of this size. It reads each tile at most once per call.
 * @returns a reader that throws LogError `malformed` when a tile is too short, `out_of_range` on a subtree beyond the
 *   tree
 */
export function readHashesFromTiles(
  size: number,
  readTiles: ReadTiles,
  sha256: Sha256,
): ReadHashes {
  return async (subtrees) => {
    const tiles = new Map<string, TileId>();
    for (const subtree of subtrees) {
      const tile = tileOf(subtree, size);
      tiles.set(nameOf(tile), tile);
    }
    if (tiles.size === 0) return [];
    const requested = [...tiles.values()];
    const received = await readTiles(requested);
    const hashesByName = new Map(requested.map((tile, at) => [nameOf(tile), received[at]]));
    return subtrees.map((subtree) => {
      const tile = tileOf(subtree, size);
      const hashes = hashesByName.get(nameOf(tile)) ?? new Uint8Array();
      return hashIn(hashes, tile, subtree, sha256);
    });
  };
}

/**
 * Reads the frontier of a tree of this size. The result is not verified: compare its `frontierRoot` with a signed root
 * before use.
 * @throws LogError `out_of_range` on a size beyond 2^53-1
 */
export async function readFrontier(size: number, readHashes: ReadHashes): Promise<Frontier> {
  requirePosition(size, 'size');
  return { size, roots: size === 0 ? [] : await readHashes(subtreesOf(0, size)) };
}

/** The tile from which the subtree's hash is computed; a tile spans eight levels of the tree. */
function tileOf({ height, index }: Subtree, size: number): TileId {
  const level = Math.floor(height / 8);
  const first = index * 2 ** (height % 8);
  const tile = Math.floor(first / tileWidth);
  const width = widthOfTile(size, level, tile);
  if (first + 2 ** (height % 8) > tile * tileWidth + width) {
    throw new LogError('out_of_range', `The subtree is not in a tree of ${size} leaves.`);
  }
  return { level, index: tile, width };
}

function hashIn(
  hashes: Uint8Array,
  { width }: TileId,
  { height, index }: Subtree,
  sha256: Sha256,
): Uint8Array {
  const count = 2 ** (height % 8);
  const first = (index * count) % tileWidth;
  const known = requireWidth(hashes.subarray(0, width * hashBytes), width);
  return tileRoot(known.subarray(first * hashBytes, (first + count) * hashBytes), sha256);
}

function nameOf({ level, index }: TileId): string {
  return `${level}/${index}`;
}
