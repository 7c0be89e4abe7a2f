/** Locks the memberships that a change of membership depends on. */

import type { Role } from '@liblab/audit-core';
import { Op, type Transaction } from 'sequelize';
import type { Database } from '../../db/database.ts';

/**
 * The roles of the given users and of every owner, by user id. Holds the locks until the transaction ends. Every change
 * locks the owners, so the changes of an organisation run one after the other.
 */
export async function lockMembers(
  { models }: Pick<Database, 'models'>,
  transaction: Transaction,
  organizationId: string,
  userIds: readonly string[],
): Promise<ReadonlyMap<string, Role>> {
  const members = await models.Member.findAll({
    where: { organizationId, [Op.or]: [{ role: 'owner' }, { userId: [...userIds] }] },
    // A fixed order prevents deadlocks.
    order: ['userId'],
    lock: transaction.LOCK.UPDATE,
    transaction,
  });
  return new Map(members.map(({ userId, role }) => [userId, role]));
}
