/** Creates an organisation, and its owner when one is given. */

import { randomUUID } from 'node:crypto';
import { AppError } from '@liblab/audit-core';
import { UniqueConstraintError, type Transaction } from 'sequelize';
import { z } from 'zod';
import { parseInput } from '../../http/parse-input.ts';
import { storableText } from '../../http/storable-text.ts';
import type { ActContext } from '../../trail/record/record-act.ts';

export interface NewOrganization {
  /** A UUID; random when absent. */
  id?: string;
  name: string;
  /** Lower-case letters, digits and hyphens; derived from name and id when absent. */
  slug?: string;
  ownerId?: string;
  /** Now when absent. */
  createdAt?: Date;
}

const shape = z.object({
  id: z.guid().toLowerCase().optional(),
  name: storableText(z.string().trim().min(1).max(200)),
  slug: z
    .string()
    .max(100)
    .regex(
      /^[a-z0-9]+(?:-[a-z0-9]+)*$/,
      'must consist of lower-case letters and digits, with single hyphens between them',
    )
    .optional(),
});

/**
 * Creates organisation and owner atomically, in the caller's transaction or, with null, in one of its own.
 *
 * @throws AppError `bad_request`; `conflict` when the id or the slug is taken
 */
export async function createOrganization(
  { db: { sequelize, models }, clock }: Pick<ActContext, 'db' | 'clock'>,
  outer: Transaction | null,
  organization: NewOrganization,
): Promise<{ id: string; slug: string }> {
  const { id = randomUUID(), name, slug = slugOf(name, id) } = parseInput(shape, organization);
  const { ownerId, createdAt = new Date(clock()) } = organization;
  try {
    return await sequelize.transaction({ transaction: outer }, async (transaction) => {
      await models.Organization.create({ id, name, slug, createdAt }, { transaction });
      if (ownerId !== undefined) {
        await models.Member.create(
          { organizationId: id, userId: ownerId, role: 'owner', createdAt },
          { transaction },
        );
      }
      return { id, slug };
    });
  } catch (error) {
    if (!(error instanceof UniqueConstraintError)) throw error;
    const path = 'slug' in error.fields ? '$.slug' : '$.id';
    throw new AppError(
      'conflict',
      `Another organisation has this ${path.slice(2)}. Choose a different one.`,
      { path },
    );
  }
}

/** Includes part of the id, because names are not unique. */
function slugOf(name: string, id: string): string {
  const words = name
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .match(/[a-z0-9]+/g);
  return [...(words ?? ['organisation']), id.slice(-8)].join('-').slice(-100).replace(/^-/, '');
}
