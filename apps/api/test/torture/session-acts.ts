/** Signing in and out. */

import { signInOf, success, type Attempt, type World } from './acts.ts';

export async function sessionActs(world: World): Promise<Attempt[]> {
  const { createTestMember, post, finds } = world;
  const hired = [
    createTestMember('admin'),
    createTestMember('member'),
    createTestMember('auditor'),
  ] as const;
  const [comes, fails, goes] = await Promise.all(hired);
  const cookie = await world.signIn(goes);
  return [
    signInOf(world, comes),
    {
      kind: 'failed sign-in',
      send: () => post('/api/auth/sign-in/email', { email: fails.email, password: 'not it' }),
      leaves: [
        { type: 'session.sign_in_failure', outcome: 'failure', about: `user:${fails.userId}` },
      ],
    },
    {
      kind: 'sign-out',
      send: () => post('/api/auth/sign-out', {}, { cookie }),
      stands: async () => !(await finds('select from sessions where user_id = $1', goes.userId)),
      leaves: [success('session.sign_out', `user:${goes.userId}`)],
    },
  ];
}
