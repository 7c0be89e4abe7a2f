/** The procedures of members and invitations. */

import { limits, roles, type EventType } from '@liblab/audit-core';
import { z } from 'zod';
import { requireSession, type Grant } from '../../access/authorize.ts';
import { sourceOf } from '../../access/source.ts';
import { pageShape } from '../../http/page.ts';
import { storableText } from '../../http/storable-text.ts';
import { procedure, router, type CallContext } from '../../http/trpc.ts';
import { changeRole } from './change-role.ts';
import { getMember } from './get-member.ts';
import { inviteMember } from './invite-member.ts';
import { listInvitations } from './list-invitations.ts';
import { listMembers } from './list-members.ts';
import { removeMember } from './remove-member.ts';
import { resendInvitation } from './resend-invitation.ts';
import type { PortalContext } from '../portal-context.ts';
import { withdrawInvitation } from './withdraw-invitation.ts';

const read = procedure({ access: 'members:read' });
const manage = (...records: [EventType, ...EventType[]]) =>
  procedure({ access: 'members:manage', refusal: 'operation', records });
const id = z.guid().toLowerCase();
/** Members per page, and the default. */
const pageMax = 500;
const page = z.object({ ...pageShape, limit: z.int().min(1).max(pageMax).optional() }).optional();
/** Any text, because emitters' events may contain ids of users that are not registered here. */
const targetId = storableText(z.string().min(1).max(limits.targetIdCharsMax));

export function membersRouter(services: PortalContext) {
  return router({
    list: read.input(page).query(async ({ ctx: { organizationId, may }, input }) => {
      const activity = may('members:manage');
      const { limit = pageMax, cursor } = input ?? {};
      const { members, next } = await listMembers(services, organizationId, {
        activity,
        limit,
        cursor,
      });
      return {
        members,
        ...(next === undefined ? {} : { next }),
        // Absent if the caller may not see them.
        ...(activity ? { invitations: await listInvitations(services.db, organizationId) } : {}),
      };
    }),

    get: read
      .input(z.object({ userId: targetId }))
      .query(({ ctx: { organizationId, principal, may }, input: { userId } }) => {
        const { userId: callerId } = requireSession(principal);
        return getMember(services, { organizationId, userId, callerId, may });
      }),

    changeRole: manage('member.change_role', 'member.withdraw_invitation')
      .input(z.object({ userId: id, role: z.enum(roles) }))
      .mutation(async ({ ctx, input: { userId, role } }) => {
        const { organizationId } = ctx;
        await changeRole(services, source(ctx), { organizationId, userId, role });
      }),

    remove: manage('member.remove', 'member.withdraw_invitation', 'user.remove_ci_token')
      .input(z.object({ userId: id }))
      .mutation(async ({ ctx, input: { userId } }) => {
        const { organizationId } = ctx;
        await removeMember(services, source(ctx), { organizationId, userId });
      }),
  });
}

/** The procedures for members who manage invitations. `invitationLinkProcedures` has those for the invited person. */
export function invitationProcedures(services: PortalContext) {
  return {
    create: manage('user.invite_member')
      .input(
        z.object({
          email: z.string().trim().toLowerCase().max(320).pipe(z.email()),
          role: z.enum(roles),
        }),
      )
      .mutation(async ({ ctx, input: { email, role } }) => {
        const { organizationId } = ctx;
        const invited = await inviteMember(services, source(ctx), { organizationId, email, role });
        const [invitation] = await listInvitations(services.db, organizationId, invited.id);
        return { invitation: invitation ?? null };
      }),

    resend: manage('user.invite_member')
      .input(z.object({ id }))
      .mutation(async ({ ctx, input }) => {
        const { organizationId } = ctx;
        await resendInvitation(services, source(ctx), { organizationId, id: input.id });
      }),

    withdraw: manage('member.withdraw_invitation')
      .input(z.object({ id }))
      .mutation(async ({ ctx, input }) => {
        const { organizationId } = ctx;
        await withdrawInvitation(services, source(ctx), { organizationId, id: input.id });
      }),
  };
}

function source({ principal, req, requestId }: CallContext & Grant) {
  return sourceOf(requireSession(principal), req, requestId);
}
