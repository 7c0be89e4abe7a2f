/** Acts that create an account. */

import { randomUUID } from 'node:crypto';
import { linkToken } from '../../src/access/link-token.ts';
import { passwordHash } from '../support/test-member.ts';
import { password } from '../support/test-app.ts';
import { success, type Attempt, type World } from './acts.ts';

export async function accountActs(world: World): Promise<Attempt[]> {
  const { db, organizationId, finds } = world;
  const ours = `${randomUUID()}.com`;
  await db.pool.query(
    `insert into organization_domains (domain, organization_id, members_may_join, created_at)
     values ($1, $2, true, now())`,
    [ours, organizationId],
  );
  const [joins, founds] = [`ada@${ours}`, `ada@${randomUUID()}.com`];
  const membership = 'from members m join users u on u.id = m.user_id where u.email = $1';
  return [
    {
      kind: 'verification of a sign-up that joins',
      send: await verificationOf(world, joins),
      stands: () => finds(`select ${membership}`, joins),
      leaves: [...accountOf(joins), success('member.join', `email:${joins}`)],
    },
    {
      kind: 'verification of a sign-up that founds',
      send: await verificationOf(world, founds),
      stands: () => finds(`select ${membership}`, founds),
      async trail() {
        const { rows } = await db.pool.query<{ organization_id: string }>(
          `select m.organization_id ${membership}`,
          [founds],
        );
        return rows[0]?.organization_id;
      },
      leaves: [
        ...accountOf(founds),
        success('organization.create', `domain:${founds.replace('ada@', '')}`),
      ],
    },
  ];
}

const accountOf = (email: string) => [
  success('user.create', `email:${email}`),
  success('user.verified_email', `email:${email}`),
  success('session.sign_in', `actor:${email}`),
];

/** Opens the link of a pending sign-up. */
async function verificationOf(
  { db, secret, post }: World,
  email: string,
): Promise<Attempt['send']> {
  const id = randomUUID();
  await db.pool.query(
    `insert into sign_ups (id, email, name, password, expires_at)
     values ($1, $2, 'Ada', $3, now() + interval '1 hour')`,
    [id, email, passwordHash],
  );
  const token = linkToken(secret, 'verify-email', id);
  return () => post('/trpc/account.verifyEmail', { token, password });
}
