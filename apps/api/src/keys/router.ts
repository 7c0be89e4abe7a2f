/** An organisation's keys: listed, made and revoked by people, never by keys. */

import { AppError } from '@liblab/audit-core';
import { z } from 'zod';
import { requireSession } from '../access/authorize.ts';
import { procedure, router } from '../access/trpc.ts';
import { createKey, keySpec } from './create-key.ts';
import { listKeys, type KeyRow } from './list-keys.ts';
import { revokeKey } from './revoke-key.ts';

const manage = procedure({ access: 'keys:manage' });

export const keysRouter = router({
  list: manage.query(async ({ ctx: { services, organizationId } }) => ({
    keys: await listKeys(services.db, organizationId),
  })),

  /** The answer is the only time that the secret is shown. */
  create: manage
    .input(keySpec)
    .mutation(async ({ ctx: { services, organizationId, principal }, input }) => {
      const { userId: createdBy } = requireSession(principal);
      const { name, scopes, emitTypes, days } = input;
      const { id, secret } = await createKey(
        services.db,
        {
          name,
          scopes,
          days,
          ...(emitTypes ? { emitTypes } : {}),
          organizationIds: [organizationId],
          createdBy,
        },
        services.clock(),
      );
      const [key] = await listKeys(services.db, organizationId, id);
      return { key: key as KeyRow, secret };
    }),

  revoke: manage
    .input(z.object({ id: z.guid() }))
    .mutation(async ({ ctx: { services, organizationId, principal }, input: { id } }) => {
      const { userId: revokedBy } = requireSession(principal);
      await revokeKey(
        services.db,
        { organizationIds: [organizationId], id, revokedBy },
        services.clock(),
      );
      services.keys.forget(id);
      const [key] = await listKeys(services.db, organizationId, id);
      if (!key) throw new AppError('not_found', 'There is no such key in this organisation.');
      return { key };
    }),
});
