/** Signing in and out: the only operations of better-auth that are served; all others do not exist. */

import { AppError } from '@liblab/audit-core';
import { isAPIError } from 'better-auth/api';
import type { Request, Response } from 'express';
import { z } from 'zod';
import { declareRoute, type Route } from '../access/route.ts';
import { clientAddress } from '../access/client-address.ts';
import { parseInput } from '../access/parse-input.ts';
import { readJsonBody } from '../access/read-json-body.ts';
import type { Services } from '../context.ts';
import { addressHeader } from './auth.ts';
import { addressToLimit, countAttempt, forgiveAttempt } from './sign-in-limits.ts';

const credentialsBytesMax = 16 * 1024;

const credentials = z.object({
  email: z.string().trim().toLowerCase().max(320).pipe(z.email()),
  password: z.string().min(1).max(1024),
  /** False: the cookie goes with the browser, the session after a day. */
  rememberMe: z.boolean().default(true),
});

export const identityRoutes: readonly Route[] = [
  declareRoute({
    method: 'post',
    path: '/api/auth/sign-in/email',
    access: 'public',
    handler: async ({ services }, req, res) => {
      const body = parseInput(credentials, await readJsonBody(req, credentialsBytesMax));
      await signIn(services, body, req, res);
    },
  }),
  declareRoute({
    method: 'post',
    path: '/api/auth/sign-out',
    access: 'public',
    handler: async ({ services: { auth } }, req, res) => {
      const { headers } = await auth.api.signOut({
        headers: requestHeaders(req),
        returnHeaders: true,
      });
      setCookies(res, headers);
      res.json({ success: true });
    },
  }),
  declareRoute({
    method: 'get',
    path: '/api/auth/get-session',
    access: 'public',
    handler: async ({ services: { auth } }, req, res) => {
      const { response, headers } = await auth.api.getSession({
        headers: requestHeaders(req),
        returnHeaders: true,
      });
      setCookies(res, headers);
      if (!response) return void res.json(null);
      // The token is for the cookie alone: scripts of the page have no use for it.
      const { token: _token, ...session } = response.session;
      res.json({ session, user: response.user });
    },
  }),
];

async function signIn(
  { auth, db, clock }: Services,
  { email, password, rememberMe }: z.output<typeof credentials>,
  req: Request,
  res: Response,
): Promise<void> {
  await countAttempt(db.pool, 'address', addressToLimit(clientAddress(req) ?? ''), clock());
  const attempt = await countAttempt(db.pool, 'account', email, clock());
  try {
    const { response, headers } = await auth.api.signInEmail({
      body: { email, password, rememberMe },
      headers: requestHeaders(req),
      returnHeaders: true,
    });
    await forgiveAttempt(db.pool, attempt);
    setCookies(res, headers);
    res.json({ redirect: false, user: response.user });
  } catch (error) {
    throw signInError(error);
  }
}

/** better-auth hashes a password for unknown addresses too, so that they take as long; the answer is the same. */
function signInError(error: unknown): unknown {
  if (!isAPIError(error)) return error;
  if (error.status === 'UNAUTHORIZED') {
    return new AppError('unauthenticated', 'The e-mail address or the password is wrong.');
  }
  if (error.status === 'FORBIDDEN') {
    return new AppError(
      'forbidden',
      'Verify the e-mail address first, by the link that was sent to it.',
    );
  }
  return new AppError('unavailable', 'Signing in is not possible now; try again in a moment.', {
    retryAfterSeconds: 1,
    cause: error,
  });
}

/** What better-auth may know of a request: nothing that a client could use to claim another address. */
function requestHeaders(req: Request): Headers {
  const headers = new Headers({ [addressHeader]: clientAddress(req) ?? '' });
  const { cookie, 'user-agent': userAgent } = req.headers;
  if (cookie !== undefined) headers.set('cookie', cookie);
  if (userAgent !== undefined) headers.set('user-agent', userAgent.slice(0, 1024));
  return headers;
}

function setCookies(res: Response, headers: Headers): void {
  res.setHeader('cache-control', 'no-store');
  for (const cookie of headers.getSetCookie()) res.append('set-cookie', cookie);
}
