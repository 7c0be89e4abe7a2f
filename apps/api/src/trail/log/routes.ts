/** The log over HTTP: checkpoint, keys, tiles and receipts in the C2SP formats, for callers who may read the trail. */

import { AppError } from '@liblab/audit-core';
import {
  encodeBundle,
  formatReceipt,
  LogError,
  parseTilePath,
  proveInclusion,
  readHashesFromTiles,
  tileWidth,
  widthOfTile,
  type TilePath,
} from '@liblab/audit-core/log';
import type { Response } from 'express';
import { declareRoute, type Route } from '../../http/route.ts';
import { readEntries } from '../store/read-entries.ts';
import { sha256 } from '../store/sha256.ts';
import { readCheckpoint, readVerifierKey, type StoredCheckpoint } from './read-checkpoint.ts';
import type { Config } from '../../config.ts';
import type { Database } from '../../db/database.ts';
import { readTiles } from './read-tiles.ts';

export interface LogContext {
  config: Config;
  db: Database;
}

export function logRoutes(services: LogContext): readonly Route[] {
  return [
    declareRoute({
      method: 'get',
      path: '/log/:organizationId/checkpoint',
      access: 'trail:read',
      async handler({ organizationId }, _req, res) {
        const { note } = await requireCheckpoint(services, organizationId);
        send(res, 'text/plain; charset=utf-8', 'no-cache', note);
      },
    }),
    declareRoute({
      method: 'get',
      path: '/log/:organizationId/log.vkey',
      access: 'trail:read',
      async handler({ organizationId }, _req, res) {
        const origin = `${services.config.logOrigin}/${organizationId}`;
        const key = await readVerifierKey(services.db.pool, 'log', origin);
        send(res, 'text/plain; charset=utf-8', 'no-cache', `${key}\n`);
      },
    }),
    declareRoute({
      method: 'get',
      path: '/log/:organizationId/witness.vkey',
      access: 'trail:read',
      async handler(_ctx, _req, res) {
        const key = await readVerifierKey(
          services.db.pool,
          'witness',
          `${services.config.logOrigin}/witness`,
        );
        send(res, 'text/plain; charset=utf-8', 'no-cache', `${key}\n`);
      },
    }),
    declareRoute({
      method: 'get',
      path: '/log/:organizationId/tile/*path',
      access: 'trail:read',
      async handler({ organizationId }, req, res) {
        const segments = req.params['path'] as unknown as string[];
        const tile = parsePath(`tile/${segments.join('/')}`);
        const { size } = await requireCheckpoint(services, organizationId);
        const bytes = await readTile(services, organizationId, tile, size);
        // A tile of a given width never changes.
        send(res, 'application/octet-stream', 'max-age=31536000, immutable', bytes);
      },
    }),
    declareRoute({
      method: 'get',
      path: '/log/:organizationId/receipts/:file',
      access: 'trail:read',
      async handler({ organizationId }, req, res) {
        const [, digits] = /^(0|[1-9]\d{0,15})\.tlog-proof$/.exec(String(req.params['file'])) ?? [];
        if (digits === undefined) {
          throw new AppError('not_found', 'Name a receipt by its position, as in 42.tlog-proof.');
        }
        const receipt = await makeReceipt(services, organizationId, Number(digits));
        send(res, 'text/plain; charset=utf-8', 'no-cache', receipt);
      },
    }),
  ];
}

async function requireCheckpoint(
  { db }: LogContext,
  organizationId: string,
): Promise<StoredCheckpoint> {
  const checkpoint = await readCheckpoint(db.pool, organizationId);
  if (checkpoint) return checkpoint;
  throw new AppError(
    'not_signed_yet',
    'The trail has no checkpoint yet. It gets one within a second of its first event.',
    {
      retryAfterSeconds: 1,
    },
  );
}

function parsePath(path: string): TilePath {
  try {
    return parseTilePath(path);
  } catch (error) {
    if (error instanceof LogError) throw tileNotFound();
    throw error;
  }
}

async function readTile(
  { db }: LogContext,
  organizationId: string,
  { level, index, width }: TilePath,
  size: number,
): Promise<Uint8Array> {
  const hashLevel = level === 'entries' ? 0 : level;
  if (width > widthOfTile(size, hashLevel, index)) throw tileNotFound();
  if (level !== 'entries') {
    const [hashes] = await readTiles(db.pool, organizationId, [{ level, index, width }]);
    return hashes as Uint8Array;
  }
  const first = index * tileWidth;
  return encodeBundle(await readEntries(db.pool, organizationId, first, first + width));
}

function tileNotFound(): AppError {
  return new AppError('not_found', 'The signed log does not have this tile.');
}

async function makeReceipt(
  services: LogContext,
  organizationId: string,
  index: number,
): Promise<string> {
  const { size, root, note } = await requireCheckpoint(services, organizationId);
  if (index >= size) await refuseUnsigned(services, organizationId, index);
  const readHashes = readHashesFromTiles(
    size,
    (tiles) => readTiles(services.db.pool, organizationId, tiles),
    sha256,
  );
  const { proof } = await proveInclusion({ index, size, root }, readHashes, sha256);
  return formatReceipt({ index, proof, checkpoint: note });
}

/**
 * Distinguishes a position that will be signed within a second from one that does not exist.
 *
 * @throws AppError `not_signed_yet` or `not_found`
 */
async function refuseUnsigned(
  { db }: LogContext,
  organizationId: string,
  index: number,
): Promise<never> {
  const { rows } = await db.pool.query<{ size: number }>(
    'select size from log_heads where organization_id = $1',
    [organizationId],
  );
  if (index < (rows[0]?.size ?? 0)) {
    throw new AppError(
      'not_signed_yet',
      'No checkpoint covers this event yet. Try again in a second.',
      {
        retryAfterSeconds: 1,
      },
    );
  }
  throw new AppError('not_found', `The trail has no event at position ${index}.`);
}

function send(res: Response, type: string, caching: string, body: string | Uint8Array): void {
  res.setHeader('content-type', type);
  res.setHeader('cache-control', `private, ${caching}`);
  res.end(body);
}
