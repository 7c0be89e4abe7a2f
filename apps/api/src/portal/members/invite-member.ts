/** Invites somebody by e-mail. */

import { randomUUID } from 'node:crypto';
import { AppError, type Role } from '@liblab/audit-core';
import { Op, UniqueConstraintError, type Transaction } from 'sequelize';
import { attemptAct, denyUnless } from '../../trail/record/attempt-act.ts';
import type { Source } from '../../access/source.ts';
import { recordAct, type Act } from '../../trail/record/record-act.ts';
import { requireMail } from '../mail/require-mail.ts';
import { lockMembers } from './lock-members.ts';
import { mailInvitation, validMs } from './mail-invitation.ts';
import type { TrailContext } from '../../trail/store/trail-context.ts';
import type { PortalContext } from '../portal-context.ts';
import { requireGift } from './membership-rules.ts';

/** Open ones of an organisation. */
const openMax = 100;

/** Made within a day, withdrawn ones too: an invitation is a message to somebody who did not ask for it. */
const perDay = { organization: 200, address: 5 };
const dayMs = 24 * 60 * 60 * 1000;

export interface NewInvitation {
  organizationId: string;
  /** Lower-cased. */
  email: string;
  role: Role;
}

/**
 * The invitation, its event and its mail stand together.
 * @throws AppError `forbidden`, recorded as denied; `conflict` for who is a member or invited already, and beyond 100
 *   open invitations; `rate_limited` beyond 200 a day, or 5 of one address; `mail_unavailable`
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
      denyUnless(act, () => requireGift(members.get(inviterId), role));
      requireMail(services.config);
      const now = new Date(services.clock());
      await requireQuota(services, transaction, { organizationId, email, now });
      await requireRoom(services, transaction, { organizationId, email, now });
      const expiresAt = new Date(now.getTime() + validMs);
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
    if (error instanceof UniqueConstraintError) throw invitedAlready();
    throw error;
  }
}

async function requireQuota(
  { db: { models } }: Pick<TrailContext, 'db'>,
  transaction: Transaction,
  { organizationId, email, now }: { organizationId: string; email: string; now: Date },
): Promise<void> {
  const createdAt = { [Op.gt]: new Date(now.getTime() - dayMs) };
  const recent = { organizationId, createdAt };
  const all = await models.Invitation.count({ where: recent, transaction });
  const same = await models.Invitation.count({ where: { ...recent, email }, transaction });
  if (all < perDay.organization && same < perDay.address) return;
  throw new AppError(
    'rate_limited',
    `Too many invitations. The limit is ${perDay.organization} per day, and ${perDay.address} to the same address. Try again tomorrow.`,
    { retryAfterSeconds: 60 * 60 },
  );
}

async function requireRoom(
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
  // One that has expired makes room for another.
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
  if (open.some((other) => other.email === email)) throw invitedAlready();
  if (open.length === openMax) {
    throw new AppError(
      'conflict',
      `The limit of ${openMax} open invitations is reached. Withdraw some first.`,
    );
  }
}

function invitedAlready(): AppError {
  return new AppError(
    'conflict',
    'This address already has an open invitation. Resend that one, or withdraw it first.',
    { path: '$.email' },
  );
}
