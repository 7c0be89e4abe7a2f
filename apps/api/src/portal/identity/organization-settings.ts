/** What an owner may change of an organisation: its name, and who may join. */

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
  /** The company's domain; null for an organisation that has none. */
  domain: string | null;
  /** Whether verified users of the domain become members by themselves. */
  membersMayJoin: boolean;
}

const shape = z.object({
  name: storableText(z.string().trim().min(1).max(200)),
  membersMayJoin: z.boolean(),
});

const select = `
  select o.name, d.domain, coalesce(d.members_may_join, false) as "membersMayJoin"
  from organizations o left join organization_domains d on d.organization_id = o.id where o.id = $1`;

export async function readSettings(
  { db: { pool } }: Pick<TrailContext, 'db'>,
  organizationId: string,
): Promise<OrganizationSettings> {
  const { rows } = await pool.query<OrganizationSettings>(select, [organizationId]);
  return rows[0] as OrganizationSettings;
}

/**
 * Changes both and records what became different, and nothing when nothing did. Without a domain nobody may join.
 *
 * @throws AppError `bad_request`; `forbidden`, recorded as denied
 */
export async function updateSettings(
  services: ActContext,
  source: Source,
  { organizationId, ...wanted }: Omit<OrganizationSettings, 'domain'> & { organizationId: string },
): Promise<OrganizationSettings> {
  const given = parseInput(shape, wanted);
  const { sequelize, models } = services.db;
  return attemptAct(services, source, async (transaction) => {
    const run = async (text: string, bind: unknown[]) =>
      (await sequelize.query(text, { bind, transaction }))[0];
    // Two changes at a time come one after the other: each records what it found.
    const [before] = (await run(`${select} for update of o`, [
      organizationId,
    ])) as OrganizationSettings[];
    if (!before) throw new Error('The organisation that was authorised is not there.');
    const member = await models.Member.findOne({
      where: { organizationId, userId: source.actor.id },
      transaction,
    });
    const after = {
      ...before,
      name: given.name,
      membersMayJoin: given.membersMayJoin && before.domain !== null,
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
    await run('update organizations set name = $2 where id = $1', [organizationId, after.name]);
    await run('update organization_domains set members_may_join = $2 where organization_id = $1', [
      organizationId,
      after.membersMayJoin,
    ]);
    const targets: (typeof act)['targets'] = [
      { type: 'organization', id: organizationId, name: after.name },
    ];
    await recordAct(services, transaction, source, { ...act, targets });
    return after;
  });
}
