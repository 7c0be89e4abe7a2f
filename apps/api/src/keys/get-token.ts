/** Reads a key, and what the trail says of it. */

import type { Permission, TrailEvent } from '@liblab/audit-core';
import type { Services } from '../context.ts';
import { addressOf } from '../events/address-of.ts';
import { readHistory } from '../events/read-history.ts';
import { listKeys, type KeyRow } from './list-keys.ts';
import { noKey } from './revoke-key.ts';

export interface TokenPage {
  token: KeyRow;
  /** What was done to it, by it, and what it reported, newest first; null for who may not read the trail. */
  events: TrailEvent[] | null;
}

/** @throws AppError `not_found`, also for somebody else's key that is not the asker's to see */
export async function getToken(
  services: Pick<Services, 'db' | 'catalogue' | 'actorRefs'>,
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
  const [token] = await listKeys(services.db, organizationId, { id });
  const reads = may('trail:read');
  if (!token || !(reads || may('keys:manage') || token.createdBy?.userId === askerId))
    throw noKey();
  const subject = { target: { type: 'ci-token', id }, address: addressOf({ id }), keyId: id };
  return { token, events: reads ? await readHistory(services, organizationId, subject) : null };
}
