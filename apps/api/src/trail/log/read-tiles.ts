/** Reads tiles of a trail's tree: full tiles from their table, partial tiles computed from the level below. */

import { leafHash, tileRoot, tileWidth, type TileId } from '@liblab/audit-core/log';
import type { Pool } from 'pg';
import { readEntries } from '../store/read-entries.ts';
import { sha256 } from '../store/sha256.ts';

/**
 * The concatenated hashes of each tile, in the given order.
 *
 * @throws Error when a full tile is missing
 */
export function readTiles(
  pool: Pool,
  organizationId: string,
  tiles: readonly TileId[],
): Promise<Uint8Array[]> {
  return Promise.all(
    tiles.map((tile) =>
      tile.width === tileWidth
        ? readFullTile(pool, organizationId, tile)
        : computePartialTile(pool, organizationId, tile),
    ),
  );
}

async function readFullTile(pool: Pool, organizationId: string, tile: TileId): Promise<Uint8Array> {
  const [hashes] = await readStored(pool, organizationId, tile.level, tile.index, tile.index + 1);
  if (!hashes) throw new Error(`Tile ${tile.level}/${tile.index} of ${organizationId} is missing.`);
  return hashes;
}

async function computePartialTile(
  pool: Pool,
  organizationId: string,
  { level, index, width }: TileId,
): Promise<Uint8Array> {
  const first = index * tileWidth;
  if (level === 0) {
    const entries = await readEntries(pool, organizationId, first, first + width);
    return Buffer.concat(entries.map((entry) => leafHash(entry, sha256)));
  }
  const below = await readStored(pool, organizationId, level - 1, first, first + width);
  return Buffer.concat(below.map((hashes) => tileRoot(hashes, sha256)));
}

async function readStored(
  pool: Pool,
  organizationId: string,
  level: number,
  start: number,
  end: number,
): Promise<Buffer[]> {
  const { rows } = await pool.query<{ hashes: Buffer }>({
    name: 'read-stored-tiles',
    text: `select hashes from log_tiles
           where organization_id = $1 and level = $2 and index >= $3 and index < $4 order by index`,
    values: [organizationId, level, start, end],
  });
  return rows.map((row) => row.hashes);
}
