/** The procedures of documents. */

import { idInput } from '../../http/numbered.ts';
import { sourceOf } from '../../access/source.ts';
import { procedure, router } from '../../http/trpc.ts';
import { getDocument } from './get-document.ts';
import type { PortalContext } from '../portal-context.ts';
import { setApproval } from './set-approval.ts';

/** `documents.approve` or `documents.unapprove`; both return the document's page. */
function approval(services: PortalContext, approved: boolean) {
  return procedure({
    access: 'documents:approve',
    refusal: 'operation',
    records: [approved ? 'user.approved_doc' : 'user.unapproved_doc'],
  })
    .input(idInput)
    .mutation(async ({ ctx, input: { id } }) => {
      const { organizationId, principal, req, requestId } = ctx;
      const source = sourceOf(principal, req, requestId);
      await setApproval(services, source, { organizationId, id, approved });
      return getDocument(services, organizationId, { id, trail: ctx.may('trail:read') });
    });
}

export function documentsRouter(services: PortalContext) {
  return router({
    get: procedure({ access: 'builds:read' })
      .input(idInput)
      .query(({ ctx, input: { id } }) =>
        getDocument(services, ctx.organizationId, { id, trail: ctx.may('trail:read') }),
      ),
    approve: approval(services, true),
    unapprove: approval(services, false),
  });
}
