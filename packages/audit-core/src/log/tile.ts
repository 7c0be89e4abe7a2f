/** Tiles (C2SP tlog-tiles): a log's hashes in runs of 256, immutable once full. */

import type { Append, FilledTile } from './frontier.ts';
import { hashAt, hashBytes, nodeHash, requireEqualHash, type Sha256 } from './hashing.ts';
import { LogError } from './log-error.ts';

/** The number of hashes in a full tile. */
export const tileWidth = 256;

/** The size of a full tile: 8,192 bytes. */
export const tileBytes = tileWidth * hashBytes;

/** Identifies a tile of a tree. `width` is 256 for a full tile, 1 to 255 for a partial one. */
export interface TileId {
  readonly level: number;
  readonly index: number;
  readonly width: number;
}

/** A full tile: 8,192 bytes of hashes, and their root, which is the tile's hash in the level above. */
export interface Tile {
  readonly level: number;
  readonly index: number;
  readonly hashes: Uint8Array;
  readonly root: Uint8Array;
}

/**
 * Returns the first `tile.storedWidth` hashes of a tile, from before the append, concatenated in order. At level 0 they
 * are the leaf hashes of entries [index · 256, index · 256 + storedWidth), which the caller computes from stored
 * entries. At level L they are the roots of the full tiles with those indexes at level L-1, which the caller stored with
 * those tiles or computes with `tileRoot`.
 */
export type ReadStoredHashes = (tile: FilledTile) => Promise<Uint8Array>;

/**
 * Builds the full tiles that an append completed, in the order filled. Reads nothing when none was filled. Checks each
 * tile against the root that the frontier computed, so rewritten rows never enter a tile.
 * @throws LogError `mismatch` when the stored hashes are not those that the frontier was built from. The append is still
 *   valid; the tile can be built later from correct entries.
 */
export async function completedTiles(
  append: Append,
  readStored: ReadStoredHashes,
  sha256: Sha256,
): Promise<Tile[]> {
  const tiles: Tile[] = [];
  // New hashes by level; the first is at position floor(size before / 256^level).
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
    for (let at = storedWidth; at < tileWidth; at += 1) {
      hashes.set(added[level]![skipped + at - storedWidth]!, at * hashBytes);
    }
    if (storedWidth > 0) {
      const message = `The stored hashes of tile ${index} at level ${level} do not match the log.`;
      requireEqualHash(tileRoot(hashes, sha256), root, message);
    }
    tiles.push({ level, index, hashes, root });
  }
  return tiles;
}

/**
 * The root of a full tile, or of any aligned run of hashes whose number is a power of two.
 * @throws LogError `malformed` on any other number
 */
export function tileRoot(hashes: Uint8Array, sha256: Sha256): Uint8Array {
  const count = hashes.length / hashBytes;
  if (!Number.isInteger(Math.log2(count))) {
    throw new LogError('malformed', `The number of hashes must be a power of two, not ${count}.`);
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

/** The partial tiles at the right edge of a tree of this size, from level 0 up. */
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

/** The number of hashes of a tile in a tree of this size: 256, fewer at the right edge, 0 beyond it. */
export function widthOfTile(size: number, level: number, index: number): number {
  const hashes = Math.floor(size / 256 ** level) - index * tileWidth;
  return Math.min(tileWidth, Math.max(0, hashes));
}

/**
 * Checks that there are exactly `width` hashes.
 * @throws LogError `malformed`
 */
export function requireWidth(hashes: Uint8Array, width: number): Uint8Array {
  if (hashes.length !== width * hashBytes) {
    throw new LogError(
      'malformed',
      `${width} hashes must be ${width * hashBytes} bytes, not ${hashes.length}.`,
    );
  }
  return hashes;
}
