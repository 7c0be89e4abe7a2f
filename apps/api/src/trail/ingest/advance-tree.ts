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
import { readEntries } from '../store/read-entries.ts';
import { sha256 } from '../store/sha256.ts';

/** A tree's right edge: by level, the hashes that no full tile holds yet, up to 255 each. */
export type Edge = readonly (readonly Uint8Array[])[];

export interface Advanced {
  size: number;
  frontier: Uint8Array;
  root: Uint8Array;
  tiles: Tile[];
  /** Undefined when it was not needed and is not known. */
  edge: Edge | undefined;
}

/**
 * Computes the tree after the batch; reads only when a tile is completed and the head's edge is not known. Where stored
 * rows are not those that the head was built from, tiles are left out and `onDamage` is told: the append is sound all
 * the same, and a trail that somebody damaged goes on taking events.
 */
export async function advanceTree(
  client: PoolClient,
  organizationId: string,
  head: { size: number; frontier: Uint8Array; edge: Edge | undefined },
  leafHashes: readonly Uint8Array[],
  onDamage: (error: LogError) => void,
): Promise<Advanced> {
  const append = appendLeaves(decodeFrontier(head.size, head.frontier), leafHashes, sha256);
  let { edge } = head;
  let tiles: Tile[] = [];
  try {
    if (head.size === 0) edge = [];
    else if (!edge && append.filledTiles.length > 0) {
      edge = await readEdge(client, organizationId, head.size);
    }
    tiles = await completedTiles(
      append,
      async ({ level, storedWidth }) => Buffer.concat((edge?.[level] ?? []).slice(0, storedWidth)),
      sha256,
    );
  } catch (error) {
    if (!(error instanceof LogError)) throw error;
    onDamage(error);
    edge = undefined;
  }
  return {
    size: append.after.size,
    frontier: encodeFrontier(append.after),
    root: append.root,
    tiles,
    edge: edge && nextEdge(edge, leafHashes, tiles),
  };
}

/** The edge after the batch. */
function nextEdge(edge: Edge, leafHashes: readonly Uint8Array[], tiles: readonly Tile[]): Edge {
  const next: Uint8Array[][] = [];
  let added = leafHashes;
  for (let level = 0; level < edge.length || added.length > 0; level += 1) {
    const hashes = [...(edge[level] ?? []), ...added];
    next.push(hashes.slice(hashes.length - (hashes.length % tileWidth)));
    added = tiles.filter((tile) => tile.level === level).map((tile) => tile.root);
  }
  return next;
}

/** The edge from what is stored: leaves from the entries, the levels above from the roots of full tiles. */
async function readEdge(client: PoolClient, organizationId: string, size: number): Promise<Edge> {
  const entries = await readEntries(client, organizationId, size - (size % tileWidth), size);
  const edge: Uint8Array[][] = [entries.map((entry) => leafHash(entry, sha256))];
  for (let level = 1, count = Math.floor(size / tileWidth); count > 0; level += 1) {
    const first = count - (count % tileWidth);
    const { rows } = await client.query<{ hashes: Buffer }>({
      name: 'read-tiles',
      text: `select hashes from log_tiles
             where organization_id = $1 and level = $2 and index >= $3 and index < $4 order by index`,
      values: [organizationId, level - 1, first, count],
    });
    edge.push(rows.map((row) => tileRoot(row.hashes, sha256)));
    count = Math.floor(count / tileWidth);
  }
  return edge;
}
