/** A page of an organisation's builds, newest first. */

import type { Actor } from '@liblab/audit-core';
import type { Database } from '../../db/database.ts';

export interface BuildSummary {
  id: number;
  apiId: number;
  apiName: string;
  languages: string[];
  outcome: 'success' | 'failure';
  durationMs: number;
  builtAt: string;
  actor: Actor;
  tool: string | null;
  documents: number;
  /** How many of the documents are approved. */
  approved: number;
}

/** `cursor` is the number behind which to go on; `next` is absent on the last page. */
export async function listBuilds(
  { pool }: Pick<Database, 'pool'>,
  organizationId: string,
  {
    apiId,
    limit = 50,
    cursor,
  }: { apiId?: number | undefined; limit?: number | undefined; cursor?: number | undefined },
): Promise<{ builds: BuildSummary[]; next?: number }> {
  const { rows } = await pool.query<Omit<BuildSummary, 'builtAt'> & { builtAt: Date }>(
    `select b.id, b.api_id as "apiId", a.name as "apiName", b.outcome, b.duration_ms as "durationMs",
            b.built_at as "builtAt", b.actor, b.tool, d.documents, d.approved,
            array(select language from build_sdks
                  where organization_id = $1 and build_id = b.id order by place) as languages
     from builds b
       join apis a on a.organization_id = $1 and a.id = b.api_id
       cross join lateral (
         select count(*)::int as documents, count(*) filter (where approved)::int as approved
         from documents where organization_id = $1 and build_id = b.id) d
     where b.organization_id = $1 and ($2::int is null or b.api_id = $2) and ($3::int is null or b.id < $3)
     order by b.id desc limit $4`,
    [organizationId, apiId ?? null, cursor ?? null, limit + 1],
  );
  const builds = rows
    .slice(0, limit)
    .map((row) => ({ ...row, builtAt: row.builtAt.toISOString() }));
  const last = builds.at(-1);
  return { builds, ...(rows.length > limit && last ? { next: last.id } : {}) };
}
