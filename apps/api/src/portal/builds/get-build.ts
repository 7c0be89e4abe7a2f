/** A build, its SDKs, documents and pull requests, and its part of the trail for who may read that. */

import { AppError, type Actor, type Outcome } from '@liblab/audit-core';
import { numberOf } from '../../http/page-shape.ts';
import type { Database } from '../../db/database.ts';
import { readDocuments } from './document-state.ts';
import { readTargetedEvents } from '../../trail/query/read-targeted-events.ts';
import type { TrailContext } from '../../trail/store/trail-context.ts';
import { buildFromEvents } from './build-from-events.ts';
import type { BuildPage, PullRequest } from './build-page.ts';

/**
 * Who may read the trail is also shown a build that is not registered, when events speak of it.
 * @throws AppError `not_found`
 */
export async function getBuild(
  services: TrailContext,
  organizationId: string,
  { id, trail }: { id: string; trail: boolean },
): Promise<BuildPage> {
  const registered = await readBuild(services.db, organizationId, numberOf(id));
  const target = { type: 'build', id };
  const events = trail ? await readTargetedEvents(services, organizationId, target) : undefined;
  const page = registered ?? buildFromEvents(id, events ?? []);
  if (!page) throw new AppError('not_found', 'There is no such build in this organisation.');
  return { ...page, ...(events ? { events } : {}) };
}

async function readBuild(
  db: Pick<Database, 'pool'>,
  organizationId: string,
  id: number,
): Promise<Omit<BuildPage, 'events'> | undefined> {
  const { rows } = await db.pool.query<BuildRow>(
    `select b.*, a.name as api_name,
            (select jsonb_agg(jsonb_build_object('language', language, 'version', version) order by place)
             from build_sdks where organization_id = $1 and build_id = b.id) as sdks
     from builds b join apis a on a.organization_id = $1 and a.id = b.api_id
     where b.organization_id = $1 and b.id = $2`,
    [organizationId, id],
  );
  const [row] = rows;
  if (!row) return undefined;
  return {
    build: {
      id: String(row.id),
      apiId: row.api_id,
      apiName: row.api_name,
      sdkName: row.sdk_name,
      sdks: row.sdks,
      builtAt: row.built_at.toISOString(),
      actor: row.actor,
      outcome: row.outcome,
      reason: row.reason,
      durationMs: row.duration_ms,
      tool: row.tool,
      toolVersion: row.tool_version,
    },
    documents: await readDocuments(db, organizationId, { buildId: row.id }),
    pullRequests: await readPullRequests(db, organizationId, row.id),
  };
}

interface BuildRow {
  id: number;
  api_id: number;
  api_name: string;
  sdk_name: string | null;
  sdks: { language: string; version: string }[];
  built_at: Date;
  actor: Actor;
  outcome: Outcome;
  reason: string | null;
  duration_ms: number;
  tool: string | null;
  tool_version: string | null;
}

async function readPullRequests(
  { pool }: Pick<Database, 'pool'>,
  organizationId: string,
  buildId: number,
): Promise<PullRequest[]> {
  const { rows } = await pool.query<Omit<PullRequest, 'outcome' | 'occurredAt'> & { at: Date }>(
    `select language, repository, sdk_name as "sdkName", number as "prNumber", url as "prUrl", reason,
            reported_at as at
     from pull_requests where organization_id = $1 and build_id = $2 order by reported_at desc, request_id`,
    [organizationId, buildId],
  );
  return rows.map(({ at, ...row }) => ({
    ...row,
    outcome: row.reason === null ? 'success' : 'failure',
    occurredAt: at.toISOString(),
  }));
}
