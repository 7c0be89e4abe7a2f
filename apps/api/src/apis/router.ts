/** The procedures of APIs. */

import { z } from 'zod';
import { oneOf, pageShape } from '../access/page-shape.ts';
import { procedure, router } from '../access/trpc.ts';
import { getApi } from './get-api.ts';
import { listApis } from './list-apis.ts';

const read = procedure({ access: 'builds:read' });

export const apisRouter = router({
  list: read
    .input(z.object(pageShape).optional())
    .query(({ ctx, input = {} }) => listApis(ctx.services.db, ctx.organizationId, input)),
  get: read
    .input(oneOf)
    .query(({ ctx, input: { id } }) =>
      getApi(ctx.services, ctx.organizationId, { id, trail: ctx.may('trail:read') }),
    ),
});
