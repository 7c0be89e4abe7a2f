/** Sign-in, sign-out and session at better-auth's paths, with its responses and cookies. Its other routes do not exist. */

import type { Request } from 'express';
import { z } from 'zod';
import { authenticate } from '../../access/authenticate.ts';
import { clientAddress } from '../../access/client-address.ts';
import { parseInput } from '../../http/parse-input.ts';
import { readJsonBody } from '../../http/read-json-body.ts';
import { declareRoute, type Route } from '../../http/route.ts';
import { anonymousSource, sourceOf } from '../../access/source.ts';
import { removeSessionCookies, setSessionCookie } from './session-cookie.ts';
import { signIn } from './sign-in.ts';
import { networkOf, countAttempt } from './sign-in-limits.ts';
import type { IdentityContext } from './identity-context.ts';
import { signOut } from './sign-out.ts';

const credentialsBytesMax = 16 * 1024;

const credentials = z.object({
  email: z.string().trim().toLowerCase().max(320).pipe(z.email()),
  password: z.string().min(1).max(1024),
  /** False: the cookie ends with the browser session, and the session after a day. */
  rememberMe: z.boolean().default(true),
});

export function identityRoutes(services: IdentityContext): readonly Route[] {
  return [
    declareRoute({
      method: 'post',
      path: '/api/auth/sign-in/email',
      access: 'public',
      records: ['session.sign_in', 'session.sign_in_failure'],
      async handler({ requestId }, req, res) {
        const body = parseInput(credentials, await readJsonBody(req, credentialsBytesMax));
        const address = networkOf(clientAddress(req) ?? '');
        await countAttempt(services.db.pool, 'address', address, services.clock());
        const { token, user } = await signIn(
          services,
          (actor) => anonymousSource(actor, req, requestId),
          body,
        );
        await setSessionCookie(services.auth, res, token, body.rememberMe);
        res.setHeader('cache-control', 'no-store');
        res.json({ redirect: false, user });
      },
    }),
    declareRoute({
      method: 'post',
      path: '/api/auth/sign-out',
      access: 'public',
      records: ['session.sign_out'],
      async handler({ requestId }, req, res) {
        const caller = await authenticate(services, cookieOf(req));
        if (caller.kind === 'user')
          await signOut(services, sourceOf(caller, req, requestId), caller);
        await removeSessionCookies(services.auth, res);
        res.setHeader('cache-control', 'no-store');
        res.json({ success: true });
      },
    }),
    declareRoute({
      method: 'get',
      path: '/api/auth/get-session',
      access: 'public',
      async handler(_ctx, req, res) {
        const { response, headers } = await services.auth.api.getSession({
          headers: new Headers(cookieOf(req).headers),
          returnHeaders: true,
        });
        res.setHeader('cache-control', 'no-store');
        for (const cookie of headers.getSetCookie()) res.append('set-cookie', cookie);
        if (!response) return void res.json(null);
        // Scripts must not read the token.
        const { token: _token, ...session } = response.session;
        res.json({ session, user: response.user });
      },
    }),
  ];
}

/** Drops the Authorization header: keys have no session. */
function cookieOf({ headers: { cookie } }: Request): { headers: { cookie?: string } } {
  return { headers: cookie === undefined ? {} : { cookie } };
}
