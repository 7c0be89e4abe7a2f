/** Invites a person by e-mail. */

import { randomUUID } from 'node:crypto';
import { AppError, type Role } from '@liblab/audit-core';
import { Op, UniqueConstraintError, type Transaction } from 'sequelize';
import { attemptAct, denyUnless } from '../../trail/record/attempt-act.ts';
import type { Source } from '../../access/source.ts';
import { recordAct, type Act } from '../../trail/record/record-act.ts';
import { requireMail } from '../mail/require-mail.ts';
import { lockMembers } from './lock-members.ts';
import { mailInvitation, validityMs } from './mail-invitation.ts';
import type { TrailContext } from '../../trail/store/trail-context.ts';
import type { PortalContext } from '../portal-context.ts';
import { requireMayGrant } from './membership-rules.ts';

/** Open invitations per organisation. */
const openMax = 100;

/** Invitations per day, including withdrawn ones, since each is an unsolicited e-mail. */
const perDay = { organization: 200, address: 5 };
const dayMs = 24 * 60 * 60 * 1000;

export interface NewInvitation {
  organizationId: string;
  /** In lower case. */
  email: string;
  role: Role;
}

/**
 * Invitation, event and e-mail are written atomically.
 *
 * @throws AppError `forbidden`, recorded as denied; `conflict` when the address belongs to a member or has an open
 *   invitation, or beyond 100 open invitations; `rate_limited` beyond 200 a day, or 5 to one address; `mail_unavailable`
 */
export async function inviteMember(
  services: PortalContext,
  source: Source,
  { organizationId, email, role }: NewInvitation,
): Promise<{ id: string }> {
  const { models } = services.db;
  const inviterId = source.actor.id;
  const id = randomUUID();
  const act: Act<'user.invite_member'> = {
    type: 'user.invite_member',
    organizationId,
    targets: [{ type: 'invitation', id }],
    details: { email, role },
  };
  try {
    return await attemptAct(services, source, async (transaction) => {
      const members = await lockMembers(services.db, transaction, organizationId, [inviterId]);
      denyUnless(act, () => requireMayGrant(members.get(inviterId), role));
      requireMail(services.config);
      const now = new Date(services.clock());
      await requireQuota(services, transaction, { organizationId, email, now });
      await requireInvitable(services, transaction, { organizationId, email, now });
      const expiresAt = new Date(now.getTime() + validityMs);
      const invitation = await models.Invitation.create(
        {
          id,
          organizationId,
          email,
          role,
          status: 'pending',
          inviterId,
          expiresAt,
          createdAt: now,
        },
        { transaction },
      );
      await mailInvitation(services, transaction, invitation, source.actor);
      await recordAct(services, transaction, source, act);
      return { id };
    });
  } catch (error) {
    if (error instanceof UniqueConstraintError) throw alreadyInvited();
    throw error;
  }
}

async function requireQuota(
  { db: { models } }: Pick<TrailContext, 'db'>,
  transaction: Transaction,
  { organizationId, email, now }: { organizationId: string; email: string; now: Date },
): Promise<void> {
  const createdAt = { [Op.gt]: new Date(now.getTime() - dayMs) };
  const where = { organizationId, createdAt };
  const total = await models.Invitation.count({ where, transaction });
  const toAddress = await models.Invitation.count({ where: { ...where, email }, transaction });
  if (total < perDay.organization && toAddress < perDay.address) return;
  throw new AppError(
    'rate_limited',
    `Too many invitations. The limit is ${perDay.organization} per day, and ${perDay.address} to the same address. Try again tomorrow.`,
    { retryAfterSeconds: 60 * 60 },
  );
}

async function requireInvitable(
  { db: { models } }: Pick<TrailContext, 'db'>,
  transaction: Transaction,
  { organizationId, email, now }: { organizationId: string; email: string; now: Date },
): Promise<void> {
  // One statement: a second one for those who have an account would show who has one.
  const member = await models.Member.findOne({
    where: { organizationId },
    include: [{ association: 'user', where: { email }, required: true }],
    transaction,
  });
  if (member) {
    throw new AppError('conflict', 'This person is already a member. Change their role instead.', {
      path: '$.email',
    });
  }
  // Otherwise an expired invitation would block a new one.
  await models.Invitation.update(
    { status: 'lapsed' },
    {
      where: { organizationId, email, status: 'pending', expiresAt: { [Op.lte]: now } },
      transaction,
    },
  );
  const open = await models.Invitation.findAll({
    attributes: ['email'],
    where: { organizationId, status: 'pending' },
    limit: openMax,
    transaction,
  });
  if (open.some((other) => other.email === email)) throw alreadyInvited();
  if (open.length === openMax) {
    throw new AppError(
      'conflict',
      `The limit of ${openMax} open invitations is reached. Withdraw some first.`,
    );
  }
}

function alreadyInvited(): AppError {
  return new AppError(
    'conflict',
    'This address already has an open invitation. Resend that one, or withdraw it first.',
    { path: '$.email' },
  );
}
