/** The procedures of builds. */

import { limits } from '@liblab/audit-core';
import { z } from 'zod';
import { storableText } from '../access/storable-text.ts';
import { procedure, router } from '../access/trpc.ts';
import { getBuild } from './get-build.ts';

const targetId = storableText(z.string().min(1).max(limits.targetIdCharsMax));

export const buildsRouter = router({
  get: procedure({ access: 'trail:read' })
    .input(z.object({ id: targetId }))
    .query(({ ctx, input }) => getBuild(ctx.services, ctx.organizationId, input.id)),
});
