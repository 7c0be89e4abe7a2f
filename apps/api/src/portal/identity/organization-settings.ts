/** The settings of an organisation that an owner can change: its name, and who may join. */

import type { Transaction } from 'sequelize';
import { z } from 'zod';
import { parseInput } from '../../http/parse-input.ts';
import { storableText } from '../../http/storable-text.ts';
import { requireRole } from '../../access/authorize.ts';
import { attemptAct, denyUnless } from '../../trail/record/attempt-act.ts';
import type { TrailContext } from '../../trail/store/trail-context.ts';
import type { Source } from '../../access/source.ts';
import { recordAct, type Act, type ActContext } from '../../trail/record/record-act.ts';

export interface OrganizationSettings {
  name: string;
  /** The company domain; null when the organisation has none. */
  domain: string | null;
  /** Whether anyone with a verified address at the domain can join. */
  membersMayJoin: boolean;
}

const shape = z.object({
  name: storableText(z.string().trim().min(1).max(200)),
  membersMayJoin: z.boolean(),
});

/** With a transaction, locks the organisation until commit. */
export async function readSettings(
  { db: { models } }: Pick<TrailContext, 'db'>,
  transaction: Transaction | null,
  organizationId: string,
): Promise<OrganizationSettings> {
  const { name } = await models.Organization.findByPk(organizationId, {
    rejectOnEmpty: true,
    // Serialises concurrent changes, so each records the values that it replaced.
    ...(transaction ? { lock: transaction.LOCK.UPDATE, transaction } : {}),
  });
  const row = await models.OrganizationDomain.findOne({ where: { organizationId }, transaction });
  return { name, domain: row?.domain ?? null, membersMayJoin: row?.membersMayJoin ?? false };
}

/**
 * Records the settings that change, or nothing when none does. Without a domain, nobody may join.
 *
 * @throws AppError `bad_request`; `forbidden`, recorded as denied
 */
export async function updateSettings(
  services: ActContext,
  source: Source,
  { organizationId, ...input }: Omit<OrganizationSettings, 'domain'> & { organizationId: string },
): Promise<OrganizationSettings> {
  const requested = parseInput(shape, input);
  const { models } = services.db;
  return attemptAct(services, source, async (transaction) => {
    const before = await readSettings(services, transaction, organizationId);
    const member = await models.Member.findOne({
      where: { organizationId, userId: source.actor.id },
      transaction,
    });
    const after = {
      ...before,
      name: requested.name,
      membersMayJoin: requested.membersMayJoin && before.domain !== null,
    };
    const changes = (['name', 'membersMayJoin'] as const)
      .filter((path) => before[path] !== after[path])
      .map((path) => ({ path, before: before[path], after: after[path] }));
    const act: Act<'organization.update'> = {
      type: 'organization.update',
      organizationId,
      targets: [{ type: 'organization', id: organizationId, name: before.name }],
      details: {},
      changes,
    };
    denyUnless(act, () => requireRole(member?.role, 'organization:manage'));
    if (changes.length === 0) return before;
    const { name, membersMayJoin } = after;
    await models.Organization.update({ name }, { where: { id: organizationId }, transaction });
    await models.OrganizationDomain.update(
      { membersMayJoin },
      { where: { organizationId }, transaction },
    );
    const targets: (typeof act)['targets'] = [
      { type: 'organization', id: organizationId, name: after.name },
    ];
    await recordAct(services, transaction, source, { ...act, targets });
    return after;
  });
}
