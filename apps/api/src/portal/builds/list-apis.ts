/** A page of an organisation's APIs, newest first, each with its last build. */

import type { Database } from '../../db/database.ts';

export interface ApiSummary {
  id: number;
  name: string;
  createdAt: string;
  builds: number;
  lastBuild: { id: number; outcome: 'success' | 'failure'; builtAt: string } | null;
}

interface Row extends Omit<ApiSummary, 'createdAt' | 'lastBuild'> {
  createdAt: Date;
  buildId: number | null;
  outcome: 'success' | 'failure';
  builtAt: Date;
}

/** `cursor` is the number behind which to go on; `next` is absent on the last page. */
export async function listApis(
  { pool }: Pick<Database, 'pool'>,
  organizationId: string,
  { limit = 50, cursor }: { limit?: number | undefined; cursor?: number | undefined },
): Promise<{ apis: ApiSummary[]; next?: number }> {
  const { rows } = await pool.query<Row>(
    `select a.id, a.name, a.created_at as "createdAt", n.builds,
            b.id as "buildId", b.outcome, b.built_at as "builtAt"
     from apis a
       cross join lateral (
         select count(*)::int as builds from builds where organization_id = $1 and api_id = a.id) n
       left join lateral (
         select id, outcome, built_at from builds
         where organization_id = $1 and api_id = a.id order by id desc limit 1) b on true
     where a.organization_id = $1 and ($2::int is null or a.id < $2)
     order by a.id desc limit $3`,
    [organizationId, cursor ?? null, limit + 1],
  );
  const apis = rows.slice(0, limit).map(summaryOf);
  const last = apis.at(-1);
  return { apis, ...(rows.length > limit && last ? { next: last.id } : {}) };
}

function summaryOf({ createdAt, buildId, outcome, builtAt, ...row }: Row): ApiSummary {
  return {
    ...row,
    createdAt: createdAt.toISOString(),
    lastBuild: buildId === null ? null : { id: buildId, outcome, builtAt: builtAt.toISOString() },
  };
}
