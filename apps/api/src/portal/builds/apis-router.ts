/** The procedures of APIs. */

import { z } from 'zod';
import { idInput } from '../../http/numbered.ts';
import { pageShape } from '../../http/page.ts';
import { procedure, router } from '../../http/trpc.ts';
import { getApi } from './get-api.ts';
import type { PortalContext } from '../portal-context.ts';
import { listApis } from './list-apis.ts';

const read = procedure({ access: 'builds:read' });

export function apisRouter(services: PortalContext) {
  return router({
    list: read
      .input(z.object(pageShape).optional())
      .query(({ ctx, input = {} }) => listApis(services.db, ctx.organizationId, input)),
    get: read
      .input(idInput)
      .query(({ ctx, input: { id } }) =>
        getApi(services, ctx.organizationId, { id, trail: ctx.may('trail:read') }),
      ),
  });
}
