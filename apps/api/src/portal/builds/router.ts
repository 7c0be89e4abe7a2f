/** The procedures of builds. */

import { z } from 'zod';
import { number, idInput } from '../../http/numbered.ts';
import { pageShape } from '../../http/page.ts';
import { procedure, router } from '../../http/trpc.ts';
import { getBuild } from './get-build.ts';
import type { PortalContext } from '../portal-context.ts';
import { listBuilds } from './list-builds.ts';

const read = procedure({ access: 'builds:read' });

export function buildsRouter(services: PortalContext) {
  return router({
    list: read
      .input(z.object({ apiId: number.optional(), ...pageShape }).optional())
      .query(({ ctx, input = {} }) => listBuilds(services.db, ctx.organizationId, input)),
    get: read
      .input(idInput)
      .query(({ ctx, input: { id } }) =>
        getBuild(services, ctx.organizationId, { id, trail: ctx.may('trail:read') }),
      ),
  });
}
