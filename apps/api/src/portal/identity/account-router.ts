/** The procedures to sign up, to verify an address and to reset a password. */

import type { Request } from 'express';
import { z } from 'zod';
import { clientAddress } from '../../access/client-address.ts';
import { anonymousSource } from '../../access/source.ts';
import type { Records } from '../../http/records.ts';
import { procedure, router } from '../../http/trpc.ts';
import { requestReset, resetPassword } from './reset-password.ts';
import { setSessionCookie } from './session-cookie.ts';
import { networkOf, countAttempt } from './sign-in-limits.ts';
import { signUp } from './sign-up.ts';
import type { PortalContext } from '../portal-context.ts';
import type { IdentityContext } from './identity-context.ts';
import { verifyEmail } from './verify-email.ts';

const text = z.string().max(1_000);
const publicProcedure = (records: Records) => procedure({ access: 'public', records });

export function accountRouter(services: IdentityContext) {
  return router({
    signUp: publicProcedure({
      exempt: 'Sends a link; there is no account until `verifyEmail` records it.',
    })
      .input(z.object({ email: text, name: text, password: text }))
      .mutation(async ({ ctx: { req }, input }) => {
        await limitEmails(services, req, input.email);
        await signUp(services, input);
        return {};
      }),

    /** A mutation, so that programs that follow links in e-mails do not use them up. Sets the session cookie. */
    verifyEmail: publicProcedure([
      'user.create',
      'user.verified_email',
      'organization.create',
      'member.join',
      'session.sign_in',
    ])
      .input(z.object({ token: text, password: text }))
      .mutation(async ({ ctx: { req, res, requestId }, input }) => {
        const session = await verifyEmail(
          services,
          (actor) => anonymousSource(actor, req, requestId),
          input,
        );
        await setSessionCookie(services.auth, res, session, true);
        return {};
      }),

    requestReset: publicProcedure({ exempt: 'Sends a link; `resetPassword` records its use.' })
      .input(z.object({ email: text }))
      .mutation(async ({ ctx: { req }, input }) => {
        await limitEmails(services, req, input.email);
        await requestReset(services, input.email);
        return {};
      }),

    resetPassword: publicProcedure(['user.reset_password'])
      .input(z.object({ token: text, password: text }))
      .mutation(({ ctx: { req, requestId }, input }) =>
        resetPassword(services, (actor) => anonymousSource(actor, req, requestId), input),
      ),
  });
}

/** Counts known and unknown addresses alike, so the limit does not reveal which addresses have an account. */
async function limitEmails(
  { db: { pool }, clock }: PortalContext,
  req: Request,
  email: string,
): Promise<void> {
  await countAttempt(pool, 'address', networkOf(clientAddress(req) ?? ''), clock());
  await countAttempt(pool, 'recipient', email.trim().toLowerCase(), clock());
}
