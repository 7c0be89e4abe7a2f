/** The procedures of builds. */

import { z } from 'zod';
import { number, oneOf, pageShape } from '../access/page-shape.ts';
import { procedure, router } from '../access/trpc.ts';
import { getBuild } from './get-build.ts';
import { listBuilds } from './list-builds.ts';

const read = procedure({ access: 'builds:read' });

export const buildsRouter = router({
  list: read
    .input(z.object({ apiId: number.optional(), ...pageShape }).optional())
    .query(({ ctx, input = {} }) => listBuilds(ctx.services.db, ctx.organizationId, input)),
  get: read
    .input(oneOf)
    .query(({ ctx, input: { id } }) =>
      getBuild(ctx.services, ctx.organizationId, { id, trail: ctx.may('trail:read') }),
    ),
});
