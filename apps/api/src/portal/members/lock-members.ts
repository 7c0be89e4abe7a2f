/** Locks what a change of membership depends on. */

import type { Role } from '@liblab/audit-core';
import { Op, type Transaction } from 'sequelize';
import type { Database } from '../../db/database.ts';

/**
 * The roles of the named users and of every owner, by user. Held until the transaction ends: of two changes of an
 * organisation's members the second sees what the first has done, since both want its owners.
 */
export async function lockMembers(
  { models }: Pick<Database, 'models'>,
  transaction: Transaction,
  organizationId: string,
  userIds: readonly string[],
): Promise<ReadonlyMap<string, Role>> {
  const members = await models.Member.findAll({
    where: { organizationId, [Op.or]: [{ role: 'owner' }, { userId: [...userIds] }] },
    // In one order, or two changes would wait for each other.
    order: ['userId'],
    lock: transaction.LOCK.UPDATE,
    transaction,
  });
  return new Map(members.map(({ userId, role }) => [userId, role]));
}
