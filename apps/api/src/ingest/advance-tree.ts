/** Grows a trail's tree by a batch, and knows the right edge that new tiles are completed from. */

import {
  appendLeaves,
  completedTiles,
  decodeFrontier,
  encodeFrontier,
  leafHash,
  LogError,
  tileRoot,
  tileWidth,
  type Tile,
} from '@liblab/audit-core/log';
import type { PoolClient } from 'pg';
import { readEntries } from '../events/read-entries.ts';
import { sha256 } from '../events/sha256.ts';

/** The hashes of each level that no full tile holds yet, for a tree of this size. */
export interface Edge {
  size: number;
  /** By level; up to 255 hashes each. */
  levels: Uint8Array[][];
}

/** Edges by organisation, remembered between commits of this process. Without one the stored rows are read. */
export type EdgeCache = Map<string, Edge>;

export interface Advanced {
  size: number;
  frontier: Uint8Array;
  root: Uint8Array;
  tiles: Tile[];
  /** Undefined when it was not needed and is not known. */
  edge: Edge | undefined;
}

/**
 * Computes the tree after the batch; reads only when a tile is completed and its edge is not remembered. Where stored
 * rows are not those that the head was built from, tiles are left out and `onDamage` is told: the append is sound all
 * the same, and a trail that somebody damaged goes on taking events.
 */
export async function advanceTree(
  client: PoolClient,
  organizationId: string,
  head: { size: number; frontier: Uint8Array },
  leafHashes: readonly Uint8Array[],
  edges: EdgeCache,
  onDamage: (error: LogError) => void,
): Promise<Advanced> {
  const append = appendLeaves(decodeFrontier(head.size, head.frontier), leafHashes, sha256);
  const remembered = edges.get(organizationId);
  // Another process may have appended since.
  let levels = remembered?.size === head.size ? remembered.levels : undefined;
  let tiles: Tile[] = [];
  try {
    if (head.size === 0) levels = [];
    else if (!levels && append.filledTiles.length > 0) {
      levels = await readLevels(client, organizationId, head.size);
    }
    tiles = await completedTiles(
      append,
      async ({ level, storedWidth }) =>
        Buffer.concat((levels?.[level] ?? []).slice(0, storedWidth)),
      sha256,
    );
  } catch (error) {
    if (!(error instanceof LogError)) throw error;
    onDamage(error);
    levels = undefined;
  }
  return {
    size: append.after.size,
    frontier: encodeFrontier(append.after),
    root: append.root,
    tiles,
    edge: levels && { size: append.after.size, levels: nextLevels(levels, leafHashes, tiles) },
  };
}

/** What lies beyond the last full tile of each level after the batch. */
function nextLevels(
  levels: readonly (readonly Uint8Array[])[],
  leafHashes: readonly Uint8Array[],
  tiles: readonly Tile[],
): Uint8Array[][] {
  const next: Uint8Array[][] = [];
  let added = leafHashes;
  for (let level = 0; level < levels.length || added.length > 0; level += 1) {
    const hashes = [...(levels[level] ?? []), ...added];
    next.push(hashes.slice(hashes.length - (hashes.length % tileWidth)));
    added = tiles.filter((tile) => tile.level === level).map((tile) => tile.root);
  }
  return next;
}

/** The edge from what is stored: leaves from the entries, the levels above from the roots of full tiles. */
async function readLevels(
  client: PoolClient,
  organizationId: string,
  size: number,
): Promise<Uint8Array[][]> {
  const entries = await readEntries(client, organizationId, size - (size % tileWidth), size);
  const levels: Uint8Array[][] = [entries.map((entry) => leafHash(entry, sha256))];
  for (let level = 1, count = Math.floor(size / tileWidth); count > 0; level += 1) {
    const first = count - (count % tileWidth);
    const { rows } = await client.query<{ hashes: Buffer }>({
      name: 'read-tiles',
      text: `select hashes from log_tiles
             where organization_id = $1 and level = $2 and index >= $3 and index < $4 order by index`,
      values: [organizationId, level - 1, first, count],
    });
    levels.push(rows.map((row) => tileRoot(row.hashes, sha256)));
    count = Math.floor(count / tileWidth);
  }
  return levels;
}
