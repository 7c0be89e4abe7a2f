/** An API, and its part of the trail for who may read that. Its builds are a list of their own. */

import { AppError, type Target, type TrailEvent } from '@liblab/audit-core';
import { rowNumberOf } from '../../http/numbered.ts';
import type { TrailContext } from '../../trail/store/trail-context.ts';
import { readTargetedEvents } from '../../trail/query/read-targeted-events.ts';

export interface ApiPage {
  /** `createdAt` is null for one that is not registered, and then it has no builds either. */
  api: { id: string; name: string; createdAt: string | null };
  /** The newest that speak of the API, newest first; absent for who may not read the trail. */
  events?: TrailEvent[];
}

/**
 * Who may read the trail is also shown an API that is not registered, when events speak of it.
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
  const named = events?.flatMap(({ targets }) => targets).find((target) => isApi(target, id));
  const name = registered?.name ?? named?.name ?? named?.id;
  if (name === undefined) {
    throw new AppError('not_found', 'This organisation has no such API.');
  }
  const createdAt = registered?.createdAt.toISOString() ?? null;
  return { api: { id, name, createdAt }, ...(events ? { events } : {}) };
}

function isApi(target: Target, id: string): boolean {
  return target.type === 'api' && target.id === id;
}
