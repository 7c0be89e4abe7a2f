/** `GET /api/v1/events.csv`: every event that matches a query, streamed from one snapshot in constant memory. */

import { AppError, limits, outcomes, printQuery, type Query } from '@liblab/audit-core';
import type { Request, Response } from 'express';
import type { Logger } from 'pino';
import { z } from 'zod';
import { authenticate, type AccessContext } from '../../access/authenticate.ts';
import { authorize } from '../../access/authorize.ts';
import { parseInput } from '../../http/parse-input.ts';
import { readKeyNames } from './key-names.ts';
import type { Source } from '../../access/source.ts';
import { recordAct, type ActContext } from '../record/record-act.ts';
import { csvTitles, type CsvContext } from './csv-columns.ts';
import { csvEventLine } from './csv-event-line.ts';
import { csvLine } from './csv-format.ts';
import { compileQuery } from './compile-query.ts';
import { queryShape, readQuery } from './query-input.ts';
import { readSnapshot } from './read-snapshot.ts';

/** Limits on running exports: each holds a connection and a snapshot until its client has read everything. */
const exportsMax = 6;
const exportsPerOrganizationMax = 2;
/** How often a running export checks that the caller may still read the trail. */
const authorizeEveryMs = 10_000;
/** An export is aborted when its client reads nothing for this long. */
const stallMs = 60_000;
/** The size of the chunks that lines are encoded into. */
const chunkBytes = 256 * 1024;

const list = (text: unknown) => (typeof text === 'string' ? text.split(',').filter(Boolean) : text);

// Strict: a parameter with a misspelt name must not export everything.
const querySchema = z.strictObject({
  organizationId: z.string().optional(),
  q: queryShape.q,
  actor: queryShape.actor,
  from: queryShape.from,
  to: queryShape.to,
  late: z
    .enum(['0', '1'])
    .transform((text) => text === '1')
    .optional(),
  types: z.preprocess(list, queryShape.types),
  outcome: z.preprocess(list, z.array(z.enum(outcomes)).optional()),
  /** Starts the file with a byte order mark, which Excel needs to recognise UTF-8. */
  bom: z.enum(['0', '1']).optional(),
});

/** The services that an export needs. */
export interface ExportContext extends AccessContext, ActContext {
  log: Logger;
}

/** The exported trail and query, and the caller. */
interface Export {
  organizationId: string;
  source: Source;
}

/** The organisation of each running export. */
const running: string[] = [];

/**
 * Sends the whole export or an error. A later error aborts the connection, so that the client notices an incomplete
 * file. The query stops when the client disconnects. The export is recorded as an event before its first byte is sent
 * and after the snapshot of the file.
 *
 * @throws AppError `bad_request`, `invalid_filter`, `rate_limited`
 */
export async function exportCsv(
  services: ExportContext,
  exported: Export,
  req: Request,
  res: Response,
): Promise<void> {
  const { organizationId } = exported;
  const own = running.filter((other) => other === organizationId).length;
  if (running.length >= exportsMax || own >= exportsPerOrganizationMax) {
    throw new AppError(
      'rate_limited',
      `The limit is ${exportsPerOrganizationMax} exports at a time for an organisation and ${exportsMax} in total. Try again when one has finished.`,
      { retryAfterSeconds: 10 },
    );
  }
  running.push(organizationId);
  try {
    await streamCsv(services, exported, req, res);
  } catch (error) {
    if (res.closed) return;
    if (res.headersSent)
      services.log.error({ err: error, organizationId }, 'an export was aborted');
    throw error;
  } finally {
    running.splice(running.indexOf(organizationId), 1);
  }
}

async function streamCsv(
  services: ExportContext,
  { organizationId, source }: Export,
  req: Request,
  res: Response,
): Promise<void> {
  const { db, catalogue, config, clock, log } = services;
  const { bom, ...input } = parseInput(querySchema, req.query);
  const requested = readQuery(input);
  const printed = printWhole(requested);
  const query = await compileQuery(services, organizationId, requested);
  const ctx: CsvContext = {
    organizationName: await readOrganizationName(db, organizationId),
    baseUrl: config.publicUrl ?? `${req.protocol}://${req.get('host')}`,
    catalogue,
  };
  if (req.method === 'HEAD') {
    setFileHeaders(res, ctx.organizationName, clock());
    res.end();
    return;
  }
  let chunk = Buffer.allocUnsafe(chunkBytes);
  let length = chunk.write((bom === '1' ? '\uFEFF' : '') + csvLine(csvTitles));
  const begin = async (): Promise<void> => {
    await recordExport(services, { organizationId, source }, ctx.organizationName, printed);
    setFileHeaders(res, ctx.organizationName, clock());
  };
  const send = async (): Promise<void> => {
    await write(res, chunk.subarray(0, length));
    chunk = chunk.subarray(length);
    length = 0;
  };
  // The first page is read before the headers are sent, so that a failure until then gets an error response.
  let authorizedMs = clock();
  for await (const rows of readSnapshot(db.readers, query)) {
    if (clock() - authorizedMs > authorizeEveryMs) {
      authorizedMs = clock();
      authorize(await authenticate(services, req), 'trail:export', organizationId);
    }
    const keyNames = await readKeyNames(db.pool, rows);
    if (!res.headersSent) await begin();
    for (const row of rows) {
      const line = csvEventLine(row, keyNames, ctx, log);
      const mostBytes = line.length * 3;
      if (length + mostBytes > chunk.length) {
        await send();
        chunk = Buffer.allocUnsafe(Math.max(chunkBytes, mostBytes));
      }
      length += chunk.write(line, length);
    }
    await send();
  }
  if (!res.headersSent) await begin();
  res.end(chunk.subarray(0, length));
}

async function recordExport(
  services: ExportContext,
  { organizationId, source }: Export,
  name: string,
  query: string,
): Promise<void> {
  await services.db.sequelize.transaction((transaction) =>
    recordAct(services, transaction, source, {
      organizationId,
      type: 'trail.export',
      targets: [{ type: 'log', id: organizationId, name }],
      details: { format: 'CSV', ...(query && { query }) },
    }),
  );
}

/** The query's text for the event. Rejected when too long: a truncated query would hide what was exported. */
function printWhole(query: Query): string {
  const text = printQuery(query);
  if (text.length <= limits.queryCharsMax) return text;
  throw new AppError(
    'invalid_filter',
    `The query has ${text.length} characters; the limit is ${limits.queryCharsMax}. Export fewer types at a time.`,
    { path: '$.q' },
  );
}

/** Names the file by the organisation's present name. Clients that do not read `filename*` get it in ASCII letters. */
function setFileHeaders(res: Response, name: string, nowMs: number): void {
  const date = new Date(nowMs).toISOString().slice(0, 10);
  const words = name.toLowerCase().match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
  const file = ['audit-trail', ...words, `${date}.csv`].join('-');
  const ascii = file
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[^\x20-\x7e]+/g, '-')
    .replaceAll(/-{2,}/g, '-');
  const encoded = encodeURIComponent(file.toWellFormed());
  res.setHeader('content-type', 'text/csv; charset=utf-8; header=present');
  res.setHeader(
    'content-disposition',
    `attachment; filename="${ascii}"; filename*=UTF-8''${encoded}`,
  );
}

/** Resolves when the client can receive more. */
async function write(res: Response, chunk: Buffer): Promise<void> {
  if (res.closed) throw new Error('The client disconnected.');
  if (chunk.length === 0 || res.write(chunk)) return;
  await new Promise<void>((resolve, reject) => {
    const settle = (error?: Error) => () => {
      clearTimeout(timer);
      res.off('drain', drained).off('close', left);
      if (error) reject(error);
      else resolve();
    };
    const drained = settle();
    const left = settle(new Error('The client disconnected.'));
    const stalled = settle(new Error(`The client read nothing for ${stallMs} ms.`));
    const timer = setTimeout(stalled, stallMs);
    res.on('drain', drained).on('close', left);
  });
}

async function readOrganizationName(
  { pool }: ExportContext['db'],
  organizationId: string,
): Promise<string> {
  const { rows } = await pool.query<{ name: string }>(
    'select name from organizations where id = $1',
    [organizationId],
  );
  return rows[0]?.name ?? '';
}
