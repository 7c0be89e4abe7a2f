/** Reading a tree's hashes: from tiles, as many as a proof needs in one go. */

import type { Frontier } from './frontier.ts';
import type { Sha256 } from './hashing.ts';
import { hashBytes } from './hashing.ts';
import { LogError } from './log-error.ts';
import { requirePosition, subtreesOf, type Subtree } from './subtree.ts';
import { requireWidth, tileRoot, tileWidth, widthOfTile, type TileId } from './tile.ts';

/**
 * Answers the hash of each subtree, in the order asked. What it answers is not believed: whoever asks proves it
 * against a root.
 */
export type ReadHashes = (subtrees: readonly Subtree[]) => Promise<readonly Uint8Array[]>;

/** Answers each tile's `width` hashes, concatenated; more than that (a fuller version of the tile) is as good. */
export type ReadTiles = (tiles: readonly TileId[]) => Promise<readonly Uint8Array[]>;

/**
 * Reads a tree of this size from its tiles, each tile once a call.
 * @throws (from the reader) LogError `malformed` when a tile is too short; `out_of_range` on a subtree beyond the tree
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
    const wanted = [...tiles.values()];
    const read = await readTiles(wanted);
    const hashesByName = new Map(wanted.map((tile, at) => [nameOf(tile), read[at]]));
    return subtrees.map((subtree) => {
      const tile = tileOf(subtree, size);
      const hashes = hashesByName.get(nameOf(tile)) ?? new Uint8Array();
      return hashIn(hashes, tile, subtree, sha256);
    });
  };
}

/**
 * The frontier of a tree of this size. As true as the reader: compare `frontierRoot` of it with a root that is signed
 * before building on it.
 */
export async function readFrontier(size: number, readHashes: ReadHashes): Promise<Frontier> {
  requirePosition(size, 'size');
  return { size, roots: size === 0 ? [] : await readHashes(subtreesOf(0, size)) };
}

/** The tile whose hashes the subtree stands on: a tile spans eight levels of the tree. */
function tileOf({ height, index }: Subtree, size: number): TileId {
  const level = Math.floor(height / 8);
  const first = index * 2 ** (height % 8);
  const tile = Math.floor(first / tileWidth);
  const width = widthOfTile(size, level, tile);
  if (first + 2 ** (height % 8) > tile * tileWidth + width) {
    throw new LogError('out_of_range', `A tree of ${size} leaves does not have this subtree yet.`);
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
