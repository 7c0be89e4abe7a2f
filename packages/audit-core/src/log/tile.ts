/** Tiles (C2SP tlog-tiles): a log's hashes in runs of 256, immutable once full. */

import type { Append, FilledTile } from './frontier.ts';
import { hashAt, hashBytes, nodeHash, requireEqualHash, type Sha256 } from './hashing.ts';
import { LogError } from './log-error.ts';

export const tileWidth = 256;

/** A full tile is 8,192 bytes. */
export const tileBytes = tileWidth * hashBytes;

/** Names a tile of a tree of some size. `width` is 256 for a full tile, 1 to 255 for a partial one. */
export interface TileId {
  readonly level: number;
  readonly index: number;
  readonly width: number;
}

/** A full tile: 8,192 bytes of hashes, and its root, which is its one hash in the level above. */
export interface Tile {
  readonly level: number;
  readonly index: number;
  readonly hashes: Uint8Array;
  readonly root: Uint8Array;
}

/**
 * Answers the hashes of a tile from before the append, `tile.storedWidth` of them, concatenated in order. At level 0
 * they are the leaf hashes of entries [index · 256, index · 256 + storedWidth), which the caller gets by hashing stored
 * entries. At level L they are the roots of the full tiles with those indexes at level L-1, which the caller kept when
 * it stored those tiles, or takes with `tileRoot`.
 */
export type ReadStoredHashes = (tile: FilledTile) => Promise<Uint8Array>;

/**
 * The full tiles that an append completed, in the order filled. An append that fills none reads nothing. What is read
 * is checked: the tile's root must be the one that the frontier arrived at, so rewritten rows never end in a tile.
 * @throws LogError `mismatch` when stored hashes are not those that the frontier was built from. The append itself is
 *   sound all the same; the tile can be made later from entries that are.
 */
export async function completedTiles(
  append: Append,
  readStored: ReadStoredHashes,
  sha256: Sha256,
): Promise<Tile[]> {
  const tiles: Tile[] = [];
  // New hashes by level, the first of them at position floor(size before / 256^level).
  const added: (readonly Uint8Array[])[] = [append.leafHashes];
  for (const { level } of append.filledTiles) {
    added[level + 1] ??= append.filledTiles
      .filter((tile) => tile.level === level)
      .map(({ root }) => root);
  }
  for (const tile of append.filledTiles) {
    const { level, index, root, storedWidth } = tile;
    const hashes = new Uint8Array(tileBytes);
    if (storedWidth > 0) hashes.set(requireWidth(await readStored(tile), storedWidth));
    const skipped = index * tileWidth + storedWidth - Math.floor(append.before.size / 256 ** level);
    for (let place = storedWidth; place < tileWidth; place += 1) {
      hashes.set(added[level]![skipped + place - storedWidth]!, place * hashBytes);
    }
    if (storedWidth > 0) {
      const message = `The stored hashes of tile ${index} at level ${level} are not the log's.`;
      requireEqualHash(tileRoot(hashes, sha256), root, message);
    }
    tiles.push({ level, index, hashes, root });
  }
  return tiles;
}

/**
 * The root of a full tile, or of any aligned run of hashes whose count is a power of two.
 * @throws LogError `malformed` on another count
 */
export function tileRoot(hashes: Uint8Array, sha256: Sha256): Uint8Array {
  const count = hashes.length / hashBytes;
  if (!Number.isInteger(Math.log2(count))) {
    throw new LogError('malformed', `A root is over a power of two of hashes, not ${count}.`);
  }
  let level = Array.from({ length: count }, (_, place) => hashAt(hashes, place));
  while (level.length > 1) {
    const above: Uint8Array[] = [];
    for (let at = 0; at < level.length; at += 2) {
      above.push(nodeHash(level[at]!, level[at + 1]!, sha256));
    }
    level = above;
  }
  return level[0]!;
}

/** The partial tiles of a tree of this size, from level 0 up: the right edge that no stored tile holds. */
export function partialTiles(size: number): TileId[] {
  const tiles: TileId[] = [];
  let hashes = size;
  for (let level = 0; hashes > 0; level += 1) {
    const width = hashes % tileWidth;
    hashes = Math.floor(hashes / tileWidth);
    if (width > 0) tiles.push({ level, index: hashes, width });
  }
  return tiles;
}

/** How many hashes a tile has in a tree of this size: 256, or fewer at the right edge, or 0 beyond it. */
export function widthOfTile(size: number, level: number, index: number): number {
  const hashes = Math.floor(size / 256 ** level) - index * tileWidth;
  return Math.min(tileWidth, Math.max(0, hashes));
}

/** @throws LogError `malformed` unless it holds exactly `width` hashes */
export function requireWidth(hashes: Uint8Array, width: number): Uint8Array {
  if (hashes.length !== width * hashBytes) {
    throw new LogError('malformed', `${width} hashes are ${width * hashBytes} bytes.`);
  }
  return hashes;
}
