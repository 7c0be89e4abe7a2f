/** Accepts an invitation: whoever holds its link owns the address, and joins as its user. */

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
  /** Who makes an account says both. */
  name?: string | undefined;
  password?: string | undefined;
  /** Who is signed in, if anybody. */
  session?: Pick<UserPrincipal, 'userId' | 'email' | 'name' | 'sessionId'> | undefined;
}

type Joining = ActContext;

/**
 * With a session of the address it joins; without an account it makes one, whose address counts as verified. The
 * account, the membership and their events stand together, and those that waited for a first trail are released.
 *
 * @throws AppError `not_found` when the link opens nothing (any more); `unauthenticated` when the address has an account
 *   and nobody is signed in; `forbidden` for somebody else's session, recorded as denied; `bad_request`; `conflict` for
 *   who is a member already
 */
export async function acceptInvitation(
  services: Joining,
  context: Source['context'],
  { invitationId: id, name = '', password = '', session }: Acceptance,
): Promise<{ organizationId: string; email: string }> {
  const { db, clock } = services;
  const self = session && { id: session.userId, email: session.email, name: session.name };
  // Of nobody's attempts nothing is denied: who is not signed in makes an account or is sent to sign in.
  const asker = sourceOf(self ?? { id: 'anonymous' }, context);
  return attemptAct(services, asker, async (transaction) => {
    // Held until the end: of two who accept it, the second finds it used.
    const invitation = await db.models.Invitation.findByPk(id, {
      lock: transaction.LOCK.UPDATE,
      transaction,
    });
    const now = new Date(clock());
    requireOpen(invitation, now.getTime());
    const { organizationId, email, role } = invitation;
    const acceptanceBy = (person: Person): Act<'member.accept_invitation'> => ({
      type: 'member.accept_invitation',
      organizationId,
      targets: [
        { type: 'user', id: person.id, name: person.name },
        { type: 'invitation', id },
      ],
      details: { email, role },
    });
    if (self) denyUnless(acceptanceBy(self), () => requireSame(self.email, email));
    else await requireNoAccount(db, transaction, email);
    const newcomer = { email, name, password, createdAt: now };
    const person =
      self ?? (await createPerson(services, transaction, { context, organizationId, newcomer }));
    const member = { organizationId, userId: person.id, role, createdAt: now };
    await addMember(services, transaction, member);
    await releaseActs(services, transaction, member);
    if (session) await enter(db, transaction, session.sessionId, organizationId);
    await invitation.update({ status: 'accepted' }, { transaction });
    await recordAct(services, transaction, sourceOf(person, context), acceptanceBy(person));
    return { organizationId, email };
  });
}

interface Person {
  id: string;
  email: string;
  name: string;
}

interface Newcomer {
  email: string;
  name: string;
  password: string;
  createdAt: Date;
}

function sourceOf(person: Partial<Person> & { id: string }, context: Source['context']): Source {
  return { actor: { type: 'user', ...person }, context, keyId: null };
}

function requireSame(own: string, invited: string): void {
  if (own === invited) return;
  throw new ForbiddenError(
    'other_address',
    `The invitation is for ${invited}, but you are signed in as ${own}. Sign out, then open the link again.`,
  );
}

async function requireNoAccount(
  { models }: Joining['db'],
  transaction: Transaction,
  email: string,
): Promise<void> {
  if (!(await models.User.findOne({ where: { email }, transaction }))) return;
  throw new AppError(
    'unauthenticated',
    `${email} already has an account. Sign in with it, then accept the invitation.`,
  );
}

/** The link came to the address: it is verified. */
async function createPerson(
  services: Joining,
  transaction: Transaction,
  {
    context,
    organizationId,
    newcomer,
  }: { context: Source['context']; organizationId: string; newcomer: Newcomer },
): Promise<Person> {
  const user = { ...newcomer, name: newcomer.name.trim(), emailVerified: true };
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

/** The session that accepted goes on in the organisation it joined. */
async function enter(
  { models }: Joining['db'],
  transaction: Transaction,
  sessionId: string,
  organizationId: string,
): Promise<void> {
  await models.Session.update(
    { activeOrganizationId: organizationId },
    { where: { id: sessionId }, transaction },
  );
}
