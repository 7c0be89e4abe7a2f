/** The procedures of documents. */

import { limits } from '@liblab/audit-core';
import { z } from 'zod';
import { storableText } from '../access/storable-text.ts';
import { procedure, router } from '../access/trpc.ts';
import { getDocument } from './get-document.ts';

const targetId = storableText(z.string().min(1).max(limits.targetIdCharsMax));

export const documentsRouter = router({
  get: procedure({ access: 'trail:read' })
    .input(z.object({ id: targetId }))
    .query(({ ctx, input }) => getDocument(ctx.services, ctx.organizationId, input.id)),
});
