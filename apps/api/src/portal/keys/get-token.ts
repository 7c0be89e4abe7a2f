/** Reads a key, and what the trail says of it. */

import { addressOf, type Permission, type TrailEvent } from '@liblab/audit-core';
import { z } from 'zod';
import { readHistory } from '../../trail/query/read-history.ts';
import { listKeys, type KeyRow } from './list-keys.ts';
import type { PortalContext } from '../portal-context.ts';
import { noKey } from './revoke-key.ts';

export interface TokenPage {
  /** Null for one that the trail alone knows. */
  token: KeyRow | null;
  /** As it was called last, else its id. */
  name: string;
  /** What was done to it, by it, and what it reported, newest first; null for who may not read the trail. */
  events: TrailEvent[] | null;
}

/** @throws AppError `not_found`, also for somebody else's key that is not the asker's to see */
export async function getToken(
  services: PortalContext,
  {
    organizationId,
    id,
    askerId,
    may,
  }: {
    organizationId: string;
    id: string;
    askerId: string;
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
    : null;
  const sees = events !== null || may('keys:manage') || token?.createdBy?.userId === askerId;
  if (!sees || (!token && !events?.length)) throw noKey();
  const told = events
    ?.flatMap(({ targets }) => targets)
    .find(({ type, id: told, name }) => type === 'ci-token' && told === id && name);
  return { token, name: token?.name ?? told?.name ?? id, events };
}
