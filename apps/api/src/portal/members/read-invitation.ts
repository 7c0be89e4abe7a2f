/** Reads an invitation by its link. */

import { AppError, type Role } from '@liblab/audit-core';
import { z } from 'zod';
import { readLinkToken } from '../../access/link-token.ts';
import type { PortalContext } from '../portal-context.ts';

/** What whoever holds the link may know. */
export interface InvitationOffer {
  organizationName: string;
  email: string;
  role: Role;
  inviterName: string;
  /** Whether the address has an account, which must sign in to accept. */
  hasAccount: boolean;
}

/** @throws AppError `not_found` when the link opens nothing, with the reason when the invitation was ever made */
export async function readInvitation(
  { db, config, clock }: PortalContext,
  token: string,
): Promise<InvitationOffer> {
  const { rows } = await db.pool.query<{
    email: string;
    role: Role;
    status: InvitationState['status'];
    expires_at: Date;
    organization_name: string;
    inviter_name: string;
    has_account: boolean;
  }>(
    `select i.email, i.role, i.status, i.expires_at, o.name as organization_name, u.name as inviter_name,
            exists (select from users where email = i.email) as has_account
     from invitations i join organizations o on o.id = i.organization_id join users u on u.id = i.inviter_id
     where i.id = $1`,
    [invitationIdOf(config.secret, token)],
  );
  const row = rows[0];
  requireOpen(row && { status: row.status, expiresAt: row.expires_at }, clock());
  const { email, role, organization_name, inviter_name, has_account } = row as NonNullable<
    typeof row
  >;
  return {
    organizationName: organization_name,
    email,
    role,
    inviterName: inviter_name,
    hasAccount: has_account,
  };
}

/** @throws AppError `not_found` for a link that was not made here */
export function invitationIdOf(secret: Buffer, token: string): string {
  const id = readLinkToken(secret, 'invitation', token);
  if (id === undefined || !z.guid().safeParse(id).success)
    throw opensNothing('The link is cut short; copy all of it');
  return id;
}

export interface InvitationState {
  status: 'pending' | 'accepted' | 'withdrawn' | 'lapsed';
  expiresAt: Date;
}

/** @throws AppError `not_found` */
export function requireOpen(
  invitation: InvitationState | null | undefined,
  nowMs: number,
): asserts invitation is InvitationState {
  if (!invitation) throw opensNothing('The link is cut short; copy all of it');
  const { status, expiresAt } = invitation;
  if (status === 'accepted') throw opensNothing('The invitation was used; sign in');
  if (status === 'withdrawn') throw opensNothing('The invitation was withdrawn');
  if (status === 'lapsed' || expiresAt.getTime() <= nowMs)
    throw opensNothing('The invitation has expired');
}

function opensNothing(why: string): AppError {
  return new AppError('not_found', `${why}. Ask who invited you if you need another.`);
}
