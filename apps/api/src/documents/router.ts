/** The procedures of documents. */

import { oneOf } from '../access/page-shape.ts';
import { sourceOf } from '../access/source.ts';
import { procedure, router } from '../access/trpc.ts';
import { getDocument } from './get-document.ts';
import { setApproval } from './set-approval.ts';

/** `documents.approve`, or `documents.unapprove`; answers the document's page. */
function approval(approved: boolean) {
  return procedure({ access: 'documents:approve', refusal: 'operation' })
    .input(oneOf)
    .mutation(async ({ ctx, input: { id } }) => {
      const { services, organizationId, principal, req, requestId } = ctx;
      const source = sourceOf(principal, req, requestId);
      await setApproval(services, source, { organizationId, id, approved });
      return getDocument(services, organizationId, { id, trail: ctx.may('trail:read') });
    });
}

export const documentsRouter = router({
  get: procedure({ access: 'builds:read' })
    .input(oneOf)
    .query(({ ctx, input: { id } }) =>
      getDocument(ctx.services, ctx.organizationId, { id, trail: ctx.may('trail:read') }),
    ),
  approve: approval(true),
  unapprove: approval(false),
});
