/** A page of an organisation's APIs, newest first, each with its last build. */

import { Op } from 'sequelize';
import type { Database } from '../../db/database.ts';
import { numberKey } from '../../http/numbered.ts';
import { decodeCursor, pageOf, type PageInput } from '../../http/page.ts';

export interface ApiSummary {
  id: number;
  name: string;
  createdAt: string;
  builds: number;
  /** Null before the first build. */
  lastBuild: { id: number; outcome: 'success' | 'failure'; builtAt: string } | null;
}

/** @throws AppError `invalid_cursor` */
export async function listApis(
  { models }: Pick<Database, 'models'>,
  organizationId: string,
  { limit = 50, cursor }: PageInput,
): Promise<{ apis: ApiSummary[]; next?: string }> {
  const [before] = decodeCursor(numberKey, cursor) ?? [];
  const found = await models.Api.findAll({
    where: { organizationId, ...(before === undefined ? {} : { id: { [Op.lt]: before } }) },
    order: [['id', 'DESC']],
    limit: limit + 1,
  });
  const { rows, next } = pageOf(found, limit, ({ id }) => [id]);
  const builds = await summarizeBuilds(
    models,
    organizationId,
    rows.map(({ id }) => id),
  );
  const apis = rows.map(({ id, name, createdAt }) => ({
    id,
    name,
    createdAt: createdAt.toISOString(),
    ...(builds.get(id) ?? { builds: 0, lastBuild: null }),
  }));
  return next === undefined ? { apis } : { apis, next };
}

/** The number of builds and the last one, by API. */
async function summarizeBuilds(
  { Build }: Database['models'],
  organizationId: string,
  apiIds: number[],
): Promise<Map<number, Pick<ApiSummary, 'builds' | 'lastBuild'>>> {
  const { sequelize } = Build;
  if (!sequelize || apiIds.length === 0) return new Map();
  const counts = (await Build.findAll({
    attributes: [
      'apiId',
      [sequelize.fn('count', sequelize.col('id')), 'builds'],
      [sequelize.fn('max', sequelize.col('id')), 'lastId'],
    ],
    where: { organizationId, apiId: apiIds },
    group: ['apiId'],
    raw: true,
  })) as unknown as { apiId: number; builds: string; lastId: number }[];
  const last = await Build.findAll({
    attributes: ['id', 'outcome', 'builtAt'],
    where: { organizationId, id: counts.map(({ lastId }) => lastId) },
  });
  const lastById = new Map(last.map((build) => [build.id, build]));
  return new Map(
    counts.map(({ apiId, builds, lastId }) => {
      const build = lastById.get(lastId);
      const lastBuild = build && {
        id: build.id,
        outcome: build.outcome,
        builtAt: build.builtAt.toISOString(),
      };
      return [apiId, { builds: Number(builds), lastBuild: lastBuild ?? null }];
    }),
  );
}
