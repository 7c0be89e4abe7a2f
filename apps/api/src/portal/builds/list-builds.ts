/** A page of an organisation's builds, newest first. */

import type { Actor } from '@liblab/audit-core';
import { Op } from 'sequelize';
import type { Database } from '../../db/database.ts';
import type { BuildModel } from '../../db/models/builds.ts';
import { numberKey } from '../../http/numbered.ts';
import { decodeCursor, pageOf, type PageInput } from '../../http/page.ts';

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

/** @throws AppError `invalid_cursor` */
export async function listBuilds(
  { models }: Pick<Database, 'models'>,
  organizationId: string,
  { apiId, limit = 50, cursor }: PageInput & { apiId?: number | undefined },
): Promise<{ builds: BuildSummary[]; next?: string }> {
  const [before] = decodeCursor(numberKey, cursor) ?? [];
  const own = { organizationId };
  const found = await models.Build.findAll({
    where: {
      organizationId,
      ...(apiId === undefined ? {} : { apiId }),
      ...(before === undefined ? {} : { id: { [Op.lt]: before } }),
    },
    include: [
      { association: 'api', attributes: ['name'], where: own },
      {
        association: 'sdks',
        attributes: ['buildId', 'language'],
        where: own,
        separate: true,
        order: ['place'],
      },
      {
        association: 'documents',
        attributes: ['buildId', 'approved'],
        where: own,
        separate: true,
      },
    ],
    order: [['id', 'DESC']],
    limit: limit + 1,
  });
  const { rows, next } = pageOf(found, limit, ({ id }) => [id]);
  const builds = rows.map(summaryOf);
  return next === undefined ? { builds } : { builds, next };
}

function summaryOf(build: BuildModel): BuildSummary {
  const { id, apiId, api, sdks = [], documents = [], outcome, durationMs, actor, tool } = build;
  return {
    id,
    apiId,
    apiName: api?.name ?? '',
    languages: sdks.map(({ language }) => language),
    outcome,
    durationMs: Number(durationMs),
    builtAt: build.builtAt.toISOString(),
    actor,
    tool,
    documents: documents.length,
    approved: documents.filter(({ approved }) => approved).length,
  };
}
