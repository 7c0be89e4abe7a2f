/** Takes a user into an organisation. */

import { AppError, type Role } from '@liblab/audit-core';
import { ForeignKeyConstraintError, UniqueConstraintError, type Transaction } from 'sequelize';
import type { Database } from '../../db/database.ts';

export interface NewMember {
  organizationId: string;
  userId: string;
  role: Role;
  /** Now when absent. */
  createdAt?: Date;
}

/** `within` is the caller's transaction, if any. Throws `not_found` when there is no such user or organisation, `conflict` for who is a member already. */
export async function addMember(
  { models }: Pick<Database, 'models'>,
  { createdAt = new Date(), ...member }: NewMember,
  within?: Transaction,
): Promise<void> {
  try {
    await models.Member.create({ ...member, createdAt }, { transaction: within ?? null });
  } catch (error) {
    if (error instanceof ForeignKeyConstraintError) {
      throw new AppError('not_found', 'There is no such user or organisation.');
    }
    if (error instanceof UniqueConstraintError) {
      throw new AppError('conflict', 'The user is a member of this organisation already.');
    }
    throw error;
  }
}
