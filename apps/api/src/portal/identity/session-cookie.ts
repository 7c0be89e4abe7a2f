/** Sets and removes the session cookie, in better-auth's format. */

import type { Response } from 'express';
import { signCookie } from '../../access/read-session.ts';
import { sessionSeconds, type Auth } from './auth.ts';

/** Without `remember`, the cookie ends with the browser session. */
export async function setSessionCookie(
  auth: Auth,
  res: Response,
  token: string,
  remember: boolean,
): Promise<void> {
  const { authCookies, secret } = await auth.$context;
  const { sessionToken, dontRememberToken } = authCookies;
  setCookie(res, sessionToken, signCookie(token, secret), remember ? sessionSeconds : undefined);
  if (!remember) setCookie(res, dontRememberToken, signCookie('true', secret), undefined);
}

/** Removes every cookie that a sign-in may have set. */
export async function removeSessionCookies(auth: Auth, res: Response): Promise<void> {
  const { authCookies } = await auth.$context;
  for (const cookie of [
    authCookies.sessionToken,
    authCookies.sessionData,
    authCookies.dontRememberToken,
  ]) {
    setCookie(res, cookie, '', 0);
  }
}

interface Cookie {
  name: string;
  attributes: { secure?: boolean };
}

function setCookie(
  res: Response,
  { name, attributes }: Cookie,
  value: string,
  maxAgeSeconds: number | undefined,
): void {
  const parts = [
    `${name}=${encodeURIComponent(value)}`,
    ...(maxAgeSeconds === undefined ? [] : [`Max-Age=${maxAgeSeconds}`]),
    'Path=/',
    'HttpOnly',
    ...(attributes.secure ? ['Secure'] : []),
    'SameSite=Lax',
  ];
  res.append('set-cookie', parts.join('; '));
}
