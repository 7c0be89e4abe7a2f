/** Reads a key and its history. */

import { addressOf, type Permission, type TrailEvent } from '@liblab/audit-core';
import { z } from 'zod';
import { readHistory } from '../../trail/query/read-history.ts';
import { listKeys, type KeyRow } from './list-keys.ts';
import type { PortalContext } from '../portal-context.ts';
import { keyNotFound } from './revoke-key.ts';

export interface TokenPage {
  /** Null if it is known only from events. */
  token: KeyRow | null;
  /** Its last known name, otherwise its id. */
  name: string;
  /** Events about the key, by it and sent with it, newest first; absent if the caller may not read the trail. */
  events?: TrailEvent[];
}

/** @throws AppError `not_found`, also for somebody else's key that the caller may not see */
export async function getToken(
  services: PortalContext,
  {
    organizationId,
    id,
    callerId,
    may,
  }: {
    organizationId: string;
    id: string;
    callerId: string;
    may: (permission: Permission) => boolean;
  },
): Promise<TokenPage> {
  const isKey = z.guid().safeParse(id).success;
  const [token = null] = isKey ? await listKeys(services, organizationId, { id }) : [];
  const target = { type: 'ci-token', id };
  const events = may('trail:read')
    ? await readHistory(services, organizationId, {
        target,
        ...(token ? { address: addressOf({ id }), keyId: id } : {}),
      })
    : undefined;
  const isVisible =
    events !== undefined || may('keys:manage') || token?.createdBy?.userId === callerId;
  if (!isVisible || (!token && !events?.length)) throw keyNotFound();
  const namedTarget = events
    ?.flatMap(({ targets }) => targets)
    .find((other) => other.type === 'ci-token' && other.id === id && other.name);
  const name = token?.name ?? namedTarget?.name ?? id;
  return { token, name, ...(events ? { events } : {}) };
}
