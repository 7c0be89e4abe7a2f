/** Reads an API and its events. */

import { AppError, type Target, type TrailEvent } from '@liblab/audit-core';
import { rowNumberOf } from '../../http/numbered.ts';
import type { TrailContext } from '../../trail/store/trail-context.ts';
import { readTargetedEvents } from '../../trail/query/read-targeted-events.ts';

export interface ApiPage {
  /** `createdAt` is null for an unregistered API, which has no builds. */
  api: { id: string; name: string; createdAt: string | null };
  /** The newest events that mention the API, newest first; absent when the caller may not read the trail. */
  events?: TrailEvent[];
}

/**
 * For callers who may read the trail, also finds an unregistered API that events mention.
 *
 * @throws AppError `not_found`
 */
export async function getApi(
  services: TrailContext,
  organizationId: string,
  { id, trail }: { id: string; trail: boolean },
): Promise<ApiPage> {
  const registered = await services.db.models.Api.findOne({
    where: { organizationId, id: rowNumberOf(id) },
  });
  const events = trail
    ? await readTargetedEvents(services, organizationId, { type: 'api', id })
    : undefined;
  const mentioned = events?.flatMap(({ targets }) => targets).find((target) => isApi(target, id));
  const name = registered?.name ?? mentioned?.name ?? mentioned?.id;
  if (name === undefined) {
    throw new AppError('not_found', 'This organisation has no such API.');
  }
  const createdAt = registered?.createdAt.toISOString() ?? null;
  return { api: { id, name, createdAt }, ...(events ? { events } : {}) };
}

function isApi(target: Target, id: string): boolean {
  return target.type === 'api' && target.id === id;
}
