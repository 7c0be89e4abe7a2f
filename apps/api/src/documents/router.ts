/** The procedures of documents. */

import { findUnstorable, limits } from '@liblab/audit-core';
import { z } from 'zod';
import { procedure, router } from '../access/trpc.ts';
import { getDocument } from './get-document.ts';

const targetId = z
  .string()
  .min(1)
  .max(limits.targetIdCharsMax)
  .refine((id) => !findUnstorable(id), 'contains U+0000 or a lone surrogate');

export const documentsRouter = router({
  get: procedure({ access: 'trail:read' })
    .input(z.object({ id: targetId }))
    .query(({ ctx, input }) => getDocument(ctx.services, ctx.organizationId, input.id)),
});
