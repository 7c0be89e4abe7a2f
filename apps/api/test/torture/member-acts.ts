/** Acts on an organisation's members and invitations. */

import { randomUUID } from 'node:crypto';
import { linkToken } from '../../src/access/link-token.ts';
import { password } from '../support/test-app.ts';
import { success, type Attempt, type World } from './acts.ts';

export async function memberActs(world: World): Promise<Attempt[]> {
  const { call, createTestMember, owner, finds, organizationId } = world;
  const hired = [
    createTestMember('member'),
    createTestMember('member'),
    createTestMember('member'),
  ] as const;
  const [promoted, removed, powerless] = await Promise.all(hired);
  const member = await world.signIn(powerless);
  const invited = `${randomUUID()}@example.com`;
  const refused = `${randomUUID()}@example.com`;
  const membership = 'select from members where organization_id = $1 and user_id = $2';
  return [
    {
      kind: 'invite',
      send: () => call('invitations.create', { email: invited, role: 'auditor' }, owner.cookie),
      stands: () => finds('select from invitations where email = $1', invited),
      leaves: [success('user.invite_member', `email:${invited}`)],
    },
    {
      kind: 'denied invitation',
      send: () => call('invitations.create', { email: refused, role: 'member' }, member),
      leaves: [{ type: 'user.invite_member', outcome: 'denied', about: `email:${refused}` }],
    },
    await acceptance(world),
    {
      kind: 'change role',
      send: () =>
        call('members.changeRole', { userId: promoted.userId, role: 'admin' }, owner.cookie),
      stands: () => finds(`${membership} and role = 'admin'`, organizationId, promoted.userId),
      leaves: [success('member.change_role', `user:${promoted.userId}`)],
    },
    {
      kind: 'remove member',
      send: () => call('members.remove', { userId: removed.userId }, owner.cookie),
      stands: async () => !(await finds(membership, organizationId, removed.userId)),
      leaves: [success('member.remove', `user:${removed.userId}`)],
    },
  ];
}

async function acceptance({
  db,
  secret,
  organizationId,
  owner,
  post,
  finds,
}: World): Promise<Attempt> {
  const email = `${randomUUID()}@example.com`;
  const id = randomUUID();
  await db.pool.query(
    `insert into invitations (id, organization_id, email, role, status, inviter_id, expires_at)
     values ($1, $2, $3, 'member', 'pending', $4, now() + interval '1 hour')`,
    [id, organizationId, email, owner.userId],
  );
  const token = linkToken(secret, 'invitation', id);
  return {
    kind: 'accept',
    send: () => post('/trpc/invitations.accept', { token, name: 'Newcomer', password }),
    stands: () =>
      finds(
        'select from members m join users u on u.id = m.user_id where u.email = $1 and m.organization_id = $2',
        email,
        organizationId,
      ),
    leaves: [
      success('user.create', `email:${email}`),
      success('user.verified_email', `email:${email}`),
      success('member.accept_invitation', `email:${email}`),
    ],
  };
}
