/** Adds a user to an organisation. */

import { AppError, type Role } from '@liblab/audit-core';
import { ForeignKeyConstraintError, UniqueConstraintError, type Transaction } from 'sequelize';
import type { Database } from '../../db/database.ts';
import type { MemberModel } from '../../db/models/identity.ts';
import type { ActContext } from '../../trail/record/record-act.ts';

export interface NewMember {
  organizationId: string;
  userId: string;
  role: Role;
  /** Now when absent. */
  createdAt?: Date;
}

/**
 * Creates the membership in the caller's transaction or, with null, in one of its own.
 *
 * @throws AppError `not_found` when the user or the organisation does not exist; `conflict` when the user is already a
 *   member
 */
export async function addMember(
  { db: { models }, clock }: Pick<ActContext, 'db' | 'clock'>,
  transaction: Transaction | null,
  { createdAt = new Date(clock()), ...member }: NewMember,
): Promise<void> {
  try {
    await models.Member.create({ ...member, createdAt }, { transaction });
  } catch (error) {
    if (error instanceof ForeignKeyConstraintError) {
      throw new AppError('not_found', 'The user or the organisation does not exist.');
    }
    if (error instanceof UniqueConstraintError) {
      throw new AppError('conflict', 'The user is already a member of this organisation.');
    }
    throw error;
  }
}

/** The user's oldest membership. New sessions start in its organisation. */
export async function oldestMembership(
  { models }: Pick<Database, 'models'>,
  transaction: Transaction,
  userId: string,
): Promise<MemberModel | null> {
  return models.Member.findOne({
    where: { userId },
    order: ['createdAt', 'organizationId'],
    transaction,
  });
}
