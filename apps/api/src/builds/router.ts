/** The procedures of builds. */

import { findUnstorable, limits } from '@liblab/audit-core';
import { z } from 'zod';
import { procedure, router } from '../access/trpc.ts';
import { getBuild } from './get-build.ts';

const targetId = z
  .string()
  .min(1)
  .max(limits.targetIdCharsMax)
  .refine((id) => !findUnstorable(id), 'contains U+0000 or a lone surrogate');

export const buildsRouter = router({
  get: procedure({ access: 'trail:read' })
    .input(z.object({ id: targetId }))
    .query(({ ctx, input }) => getBuild(ctx.services, ctx.organizationId, input.id)),
});
