/** Opens a session without a password, for tests that are not about signing in: checking a password is slow on purpose. */

import { signCookie } from '../../src/access/read-session.ts';
import { createSession } from '../../src/portal/identity/create-session.ts';
import type { TestApp } from './test-app.ts';

/** @returns the cookie that a sign-in would have set; the sign-in's event is recorded as well */
export async function openSession({ services }: TestApp, email: string): Promise<string> {
  const { db, auth } = services;
  const user = await db.models.User.findOne({ where: { email }, rejectOnEmpty: true });
  const { id, name } = user;
  const source = {
    actor: { type: 'user', id, email, name },
    context: { ip: '127.0.0.1', service: 'portal' },
    keyId: null,
  } as const;
  const token = await db.sequelize.transaction((transaction) =>
    createSession(services, transaction, source, { user, rememberMe: true }),
  );
  services.relay.wake();
  const { authCookies, secret } = await auth.$context;
  return `${authCookies.sessionToken.name}=${encodeURIComponent(signCookie(token, secret))}`;
}
