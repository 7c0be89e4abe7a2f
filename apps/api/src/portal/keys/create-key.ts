/** Makes a key. */

import { hash, randomBytes } from 'node:crypto';
import { AppError, keyScopes } from '@liblab/audit-core';
import { ForeignKeyConstraintError, type Transaction } from 'sequelize';
import { z } from 'zod';
import { parseInput } from '../../http/parse-input.ts';
import { storableText } from '../../http/storable-text.ts';
import type { ActContext } from '../../trail/record/record-act.ts';

/** What a key may be; `days` is 1 to 364, 90 when absent. */
export const keySpec = z
  .object({
    name: storableText(z.string().trim().min(1).max(100)),
    scopes: z.array(z.enum(keyScopes)).min(1).max(keyScopes.length),
    emitTypes: z
      .array(
        z.string().regex(/^[a-z][a-z0-9_.]{0,99}$/, 'must be an event type, such as user.build'),
      )
      .min(1)
      .max(100)
      .optional(),
    days: z.int().min(1).max(364).default(90),
  })
  .refine(
    ({ scopes, emitTypes }) => !emitTypes || scopes.includes('emit') || scopes.includes('import'),
    {
      path: ['emitTypes'],
      message: 'requires the scope emit or import; add one of them, or leave emitTypes out',
    },
  );

export interface NewKey extends z.input<typeof keySpec> {
  /** A UUID; made when absent. */
  id?: string;
  /** At least one; a service key works for several. */
  organizationIds: readonly string[];
  /** Absent: made by the service itself. */
  createdBy?: string;
  /** Now when absent. */
  createdAt?: Date;
}

/**
 * The key, and its secret, which is kept nowhere and cannot be read again: 32 random bytes, base64url, behind `llat_`.
 * Written in the caller's transaction or, with null, in one of its own.
 *
 * @throws AppError `bad_request`; `not_found` when an organisation does not exist
 */
export async function createKey(
  { db: { sequelize, models }, clock }: Pick<ActContext, 'db' | 'clock'>,
  outer: Transaction | null,
  { id: wantedId, organizationIds, createdBy, createdAt = new Date(clock()), ...spec }: NewKey,
): Promise<{ id: string; secret: string }> {
  const { name, scopes, emitTypes, days } = parseInput(keySpec, spec);
  const secret = `llat_${randomBytes(32).toString('base64url')}`;
  try {
    return await sequelize.transaction({ transaction: outer }, async (transaction) => {
      const { id } = await models.Key.create(
        {
          ...(wantedId === undefined ? {} : { id: wantedId }),
          name,
          hash: hash('sha256', secret, 'buffer'),
          prefix: secret.slice(0, prefixChars),
          scopes: keyScopes.filter((scope) => scopes.includes(scope)),
          emitTypes: emitTypes ? [...new Set(emitTypes)] : null,
          createdAt,
          createdBy: createdBy ?? null,
          expiresAt: expiryOf(createdAt, days),
        },
        { transaction },
      );
      await models.KeyOrganization.bulkCreate(
        [...new Set(organizationIds)].map((organizationId) => ({ keyId: id, organizationId })),
        { transaction },
      );
      return { id, secret };
    });
  } catch (error) {
    if (!(error instanceof ForeignKeyConstraintError)) throw error;
    throw new AppError('not_found', 'The organisation does not exist.');
  }
}

/** When a key of this age limit expires. */
export function expiryOf(createdAt: Date, days: number): Date {
  return new Date(createdAt.getTime() + days * 24 * 60 * 60 * 1000);
}

/** Enough to recognise a key by, of 256 bits too few to matter. */
const prefixChars = 'llat_'.length + 4;
