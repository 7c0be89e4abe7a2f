/** Makes an organisation, and its owner when one is named. */

import { AppError } from '@liblab/audit-core';
import { UniqueConstraintError } from 'sequelize';
import { z } from 'zod';
import { parseInput } from '../access/parse-input.ts';
import type { Database } from '../db/database.ts';

export interface NewOrganization {
  /** A UUID; made when absent. */
  id?: string;
  name: string;
  /** Lower-case letters, digits and -; made from the name when absent. */
  slug?: string;
  ownerId?: string;
  /** Now when absent. */
  createdAt?: Date;
}

const shape = z.object({
  id: z.guid().toLowerCase().optional(),
  name: z.string().trim().min(1).max(200),
  slug: z
    .string()
    .max(100)
    .regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, 'must be lower-case letters, digits and -')
    .optional(),
});

/** The organisation and its owner are written together or not at all. Throws `bad_request`, `conflict`. */
export async function createOrganization(
  { sequelize, models }: Pick<Database, 'sequelize' | 'models'>,
  organization: NewOrganization,
): Promise<{ id: string; slug: string }> {
  const { id, name, slug = slugOf(name) } = parseInput(shape, organization);
  const { ownerId, createdAt = new Date() } = organization;
  try {
    return await sequelize.transaction(async (transaction) => {
      const created = await models.Organization.create(
        { name, slug, createdAt, ...(id === undefined ? {} : { id }) },
        { transaction },
      );
      if (ownerId !== undefined) {
        await models.Member.create(
          { organizationId: created.id, userId: ownerId, role: 'owner', createdAt },
          { transaction },
        );
      }
      return { id: created.id, slug };
    });
  } catch (error) {
    if (!(error instanceof UniqueConstraintError)) throw error;
    const path = 'slug' in error.fields ? '$.slug' : '$.id';
    throw new AppError(
      'conflict',
      `There is an organisation with this ${path.slice(2)}; take another.`,
      { path },
    );
  }
}

function slugOf(name: string): string {
  const words = name
    .normalize('NFKD')
    .toLowerCase()
    .match(/[a-z0-9]+/g);
  return words?.join('-').slice(0, 100).replace(/-$/, '') ?? 'organisation';
}
