/** Extends a trail's tree by a batch and completes its tiles. */

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

/** A tree's right edge: for each level, the hashes that are not in a full tile yet, up to 255. */
export type Edge = readonly (readonly Uint8Array[])[];

export interface Advanced {
  size: number;
  frontier: Uint8Array;
  root: Uint8Array;
  tiles: Tile[];
  /** Undefined when it is not known and was not needed. */
  edge: Edge | undefined;
}

/**
 * Computes the tree after the batch. Reads from the database only when a tile is completed and the head's edge is not
 * known. When stored rows do not match the head, calls `onDamage` and omits the tiles: the append is still correct, so a
 * damaged trail continues to accept events.
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

/** Reads the edge: level 0 from the entries, higher levels from the roots of full tiles. */
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
