/** The procedures for the holder of an invitation's link. */

import { z } from 'zod';
import { requireSession } from '../../access/authorize.ts';
import { checkOrigin } from '../../access/check-origin.ts';
import { anonymousSource, sourceOf } from '../../access/source.ts';
import type { Records } from '../../http/records.ts';
import { procedure } from '../../http/trpc.ts';
import { acceptInvitation } from './accept-invitation.ts';
import type { PortalContext } from '../portal-context.ts';
import { invitationIdOf, readInvitation } from './read-invitation.ts';

const publicProcedure = (records: Records) => procedure({ access: 'public', records });
const token = z.string().max(200);

export function invitationLinkProcedures(services: PortalContext) {
  return {
    /** A mutation, so that the token is sent by POST and appears in no access log. */
    read: publicProcedure({ exempt: 'Changes nothing.' })
      .input(z.object({ token }))
      .mutation(({ input }) => readInvitation(services, input.token)),

    accept: publicProcedure(['member.accept_invitation', 'user.create', 'user.verified_email'])
      .input(
        z.object({
          token,
          name: z.string().max(1_000).optional(),
          password: z.string().max(1_000).optional(),
        }),
      )
      .mutation(async ({ ctx: { authenticate, req, requestId }, input }) => {
        const { name, password } = input;
        const invitationId = invitationIdOf(services.config.secret, input.token);
        const acceptance = { invitationId, name, password };
        const principal = await authenticate();
        if (principal.kind === 'anonymous') {
          const { context } = anonymousSource({ type: 'user', id: 'anonymous' }, req, requestId);
          return acceptInvitation(services, context, acceptance);
        }
        const session = requireSession(principal);
        checkOrigin(services.config, req, { required: true });
        const { context } = sourceOf(session, req, requestId);
        return acceptInvitation(services, context, { ...acceptance, session });
      }),
  };
}
