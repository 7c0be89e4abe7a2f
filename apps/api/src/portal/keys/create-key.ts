/** Creates a key. */

import { hash, randomBytes } from 'node:crypto';
import { AppError, keyScopes } from '@liblab/audit-core';
import { ForeignKeyConstraintError, type Transaction } from 'sequelize';
import { z } from 'zod';
import { parseInput } from '../../http/parse-input.ts';
import { storableText } from '../../http/storable-text.ts';
import type { ActContext } from '../../trail/record/record-act.ts';

/** The input for a key. `days` is its lifetime. */
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
  /** A UUID; random when absent. */
  id?: string;
  /** At least one; a service key can have several. */
  organizationIds: readonly string[];
  /** Absent when the service itself creates the key. */
  createdBy?: string;
  /** Now when absent. */
  createdAt?: Date;
}

/**
 * Creates the key in the caller's transaction or, with null, in one of its own. The secret is `llat_` and 32 random bytes
 * in base64url; only its hash is stored.
 *
 * @throws AppError `bad_request`; `not_found` when an organisation does not exist
 */
export async function createKey(
  { db: { sequelize, models }, clock }: Pick<ActContext, 'db' | 'clock'>,
  outer: Transaction | null,
  { id: requestedId, organizationIds, createdBy, createdAt = new Date(clock()), ...spec }: NewKey,
): Promise<{ id: string; secret: string }> {
  const { name, scopes, emitTypes, days } = parseInput(keySpec, spec);
  const secret = `llat_${randomBytes(32).toString('base64url')}`;
  try {
    return await sequelize.transaction({ transaction: outer }, async (transaction) => {
      const { id } = await models.Key.create(
        {
          ...(requestedId === undefined ? {} : { id: requestedId }),
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

/** When a key with this lifetime expires. */
export function expiryOf(createdAt: Date, days: number): Date {
  return new Date(createdAt.getTime() + days * 24 * 60 * 60 * 1000);
}

/** Enough to recognise a key; reveals 24 of the secret's 256 bits. */
const prefixChars = 'llat_'.length + 4;
