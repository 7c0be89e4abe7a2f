/** Reads an invitation by its link. */

import { AppError, type Role } from '@liblab/audit-core';
import { z } from 'zod';
import { readLinkToken } from '../../access/link-token.ts';
import type { PortalContext } from '../portal-context.ts';

/** What the holder of the link may see. */
export interface InvitationOffer {
  organizationName: string;
  email: string;
  role: Role;
  inviterName: string;
  /** If true, the recipient must sign in to accept. */
  hasAccount: boolean;
}

/** @throws AppError `not_found` when the link is invalid, with the reason when the invitation exists */
export async function readInvitation(
  { db, config, clock }: PortalContext,
  token: string,
): Promise<InvitationOffer> {
  const invitation = await db.models.Invitation.findByPk(invitationIdOf(config.secret, token), {
    include: [
      { association: 'organization', attributes: ['name'], required: true },
      { association: 'inviter', attributes: ['name'], required: true },
    ],
  });
  requireOpen(invitation, clock());
  const { email, role, organization, inviter } = invitation;
  return {
    organizationName: organization?.name ?? '',
    email,
    role,
    inviterName: inviter?.name ?? '',
    hasAccount: (await db.models.User.count({ where: { email } })) > 0,
  };
}

/** @throws AppError `not_found` when the token is not valid */
export function invitationIdOf(secret: Buffer, token: string): string {
  const id = readLinkToken(secret, 'invitation', token);
  if (id === undefined || !z.guid().safeParse(id).success)
    throw invalidLink('This link is incomplete. Copy the whole link from the e-mail.');
  return id;
}

export interface InvitationState {
  status: 'pending' | 'accepted' | 'withdrawn' | 'lapsed';
  expiresAt: Date;
}

/** @throws AppError `not_found` when the invitation does not exist or is no longer open */
export function requireOpen<Invitation extends InvitationState>(
  invitation: Invitation | null,
  nowMs: number,
): asserts invitation is Invitation {
  if (!invitation) throw invalidLink('This invitation does not exist.');
  const { status, expiresAt } = invitation;
  if (status === 'accepted') throw invalidLink('This invitation was already accepted. Sign in.');
  if (status === 'withdrawn') throw invalidLink('This invitation was withdrawn.');
  if (status === 'lapsed' || expiresAt.getTime() <= nowMs)
    throw invalidLink('This invitation has expired.');
}

function invalidLink(problem: string): AppError {
  return new AppError('not_found', `${problem} To get another, ask the person who invited you.`);
}
