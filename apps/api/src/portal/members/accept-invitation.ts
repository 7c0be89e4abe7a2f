/** Accepts an invitation. Holding its link proves ownership of the address. */

import { AppError } from '@liblab/audit-core';
import type { Transaction } from 'sequelize';
import { ForbiddenError } from '../../access/forbidden-error.ts';
import type { UserPrincipal } from '../../access/principal.ts';
import { attemptAct, denyUnless } from '../../trail/record/attempt-act.ts';
import type { Source } from '../../access/source.ts';
import {
  recordAct,
  releaseActs,
  type Act,
  type ActContext,
} from '../../trail/record/record-act.ts';
import { addMember } from '../accounts/add-member.ts';
import { createUser } from '../accounts/create-user.ts';
import { requireOpen } from './read-invitation.ts';

export interface Acceptance {
  invitationId: string;
  /** Required to create an account, as is `password`. */
  name?: string | undefined;
  password?: string | undefined;
  /** The signed-in user; absent for anonymous callers. */
  session?: Pick<UserPrincipal, 'userId' | 'email' | 'name' | 'sessionId'> | undefined;
}

/**
 * A signed-in user joins. An address without an account gets one, with the address verified. Account, membership and
 * events are written atomically, together with the user's queued events.
 *
 * @throws AppError `not_found` when the invitation does not exist or is no longer open; `unauthenticated` when the
 *   address has an account and the caller is not signed in; `forbidden` when the session belongs to another address,
 *   recorded as denied; `bad_request`; `conflict` when the user is already a member
 */
export async function acceptInvitation(
  services: ActContext,
  context: Source['context'],
  { invitationId: id, name = '', password = '', session }: Acceptance,
): Promise<{ organizationId: string; email: string }> {
  const { db, clock } = services;
  const signedIn = session && { id: session.userId, email: session.email, name: session.name };
  // Only attempts of signed-in users can be recorded as denied.
  const caller = sourceOf(signedIn ?? { id: 'anonymous' }, context);
  return attemptAct(services, caller, async (transaction) => {
    // Locked until commit, so a concurrent second call finds it accepted.
    const invitation = await db.models.Invitation.findByPk(id, {
      lock: transaction.LOCK.UPDATE,
      transaction,
    });
    const now = new Date(clock());
    requireOpen(invitation, now.getTime());
    const { organizationId, email, role } = invitation;
    const acceptanceAct = (person: Person): Act<'member.accept_invitation'> => ({
      type: 'member.accept_invitation',
      organizationId,
      targets: [
        { type: 'user', id: person.id, name: person.name },
        { type: 'invitation', id },
      ],
      details: { email, role },
    });
    if (signedIn)
      denyUnless(acceptanceAct(signedIn), () => requireSameAddress(signedIn.email, email));
    else await requireNoAccount(db, transaction, email);
    const newUser = { email, name, password, createdAt: now };
    const person =
      signedIn ??
      (await createInvitedUser(services, transaction, { context, organizationId, newUser }));
    const member = { organizationId, userId: person.id, role, createdAt: now };
    await addMember(services, transaction, member);
    await releaseActs(services, transaction, member);
    if (session) await activateOrganization(db, transaction, session.sessionId, organizationId);
    await invitation.update({ status: 'accepted' }, { transaction });
    await recordAct(services, transaction, sourceOf(person, context), acceptanceAct(person));
    return { organizationId, email };
  });
}

interface Person {
  id: string;
  email: string;
  name: string;
}

interface NewUser {
  email: string;
  name: string;
  password: string;
  createdAt: Date;
}

function sourceOf(person: Partial<Person> & { id: string }, context: Source['context']): Source {
  return { actor: { type: 'user', ...person }, context, keyId: null };
}

function requireSameAddress(own: string, invited: string): void {
  if (own === invited) return;
  throw new ForbiddenError(
    'other_address',
    `The invitation is for ${invited}, but you are signed in as ${own}. Sign out, then open the link again.`,
  );
}

async function requireNoAccount(
  { models }: ActContext['db'],
  transaction: Transaction,
  email: string,
): Promise<void> {
  if (!(await models.User.findOne({ where: { email }, transaction }))) return;
  throw new AppError(
    'unauthenticated',
    `${email} already has an account. Sign in with it, then accept the invitation.`,
  );
}

/** The address is verified: the link was sent to it. */
async function createInvitedUser(
  services: ActContext,
  transaction: Transaction,
  {
    context,
    organizationId,
    newUser,
  }: { context: Source['context']; organizationId: string; newUser: NewUser },
): Promise<Person> {
  const user = { ...newUser, name: newUser.name.trim(), emailVerified: true };
  const { id } = await createUser(services, transaction, user);
  const { email, name } = user;
  const source = sourceOf({ id, email, name }, context);
  await recordAct(services, transaction, source, {
    type: 'user.create',
    organizationId,
    targets: [{ type: 'user', id, name }],
    details: { email, name, via: 'invitation' },
  });
  await recordAct(services, transaction, source, {
    type: 'user.verified_email',
    organizationId,
    targets: [{ type: 'user', id, name }],
    details: { email },
  });
  return { id, email, name };
}

/** Makes the session show the organisation. */
async function activateOrganization(
  { models }: ActContext['db'],
  transaction: Transaction,
  sessionId: string,
  organizationId: string,
): Promise<void> {
  await models.Session.update(
    { activeOrganizationId: organizationId },
    { where: { id: sessionId }, transaction },
  );
}
