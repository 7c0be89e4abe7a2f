/** Reads a build with its SDKs, documents, pull requests and events. */

import { AppError } from '@liblab/audit-core';
import { rowNumberOf } from '../../http/numbered.ts';
import type { Database } from '../../db/database.ts';
import { readDocuments } from './document-state.ts';
import { readTargetedEvents } from '../../trail/query/read-targeted-events.ts';
import type { TrailContext } from '../../trail/store/trail-context.ts';
import { buildFromEvents } from './build-from-events.ts';
import type { BuildPage } from './build-page.ts';

/**
 * For callers who may read the trail, also finds an unregistered build that events mention.
 *
 * @throws AppError `not_found`
 */
export async function getBuild(
  services: TrailContext,
  organizationId: string,
  { id, trail }: { id: string; trail: boolean },
): Promise<BuildPage> {
  const registered = await readBuild(services.db, organizationId, rowNumberOf(id));
  const target = { type: 'build', id };
  const events = trail ? await readTargetedEvents(services, organizationId, target) : undefined;
  const page = registered ?? buildFromEvents(id, events ?? []);
  if (!page) throw new AppError('not_found', 'This organisation has no such build.');
  return { ...page, ...(events ? { events } : {}) };
}

async function readBuild(
  { models }: Pick<Database, 'models'>,
  organizationId: string,
  id: number,
): Promise<Omit<BuildPage, 'events'> | undefined> {
  const own = { organizationId };
  const build = await models.Build.findOne({
    where: { organizationId, id },
    include: [
      { association: 'api', attributes: ['name'], where: own },
      { association: 'sdks', where: own, separate: true, order: ['place'] },
      {
        association: 'pullRequests',
        where: own,
        separate: true,
        order: [['reportedAt', 'DESC'], 'requestId'],
      },
    ],
  });
  if (!build) return undefined;
  const { apiId, api, sdks = [], pullRequests = [] } = build;
  return {
    build: {
      id: String(build.id),
      apiId,
      apiName: api?.name ?? null,
      sdkName: build.sdkName,
      sdks: sdks.map(({ language, version }) => ({ language, version })),
      builtAt: build.builtAt.toISOString(),
      actor: build.actor,
      outcome: build.outcome,
      reason: build.reason,
      durationMs: Number(build.durationMs),
      tool: build.tool,
      toolVersion: build.toolVersion,
    },
    documents: await readDocuments({ models }, organizationId, { buildId: build.id }),
    pullRequests: pullRequests.map((row) => ({
      language: row.language,
      repository: row.repository,
      sdkName: row.sdkName,
      prNumber: row.number,
      prUrl: row.url,
      reason: row.reason,
      outcome: row.reason === null ? 'success' : 'failure',
      occurredAt: row.reportedAt.toISOString(),
    })),
  };
}
