/** The catalogue's procedure, from which the page gets its labels. */

import type { Catalogue } from '@liblab/audit-core';
import { procedure, router } from '../../http/trpc.ts';

export function catalogueRouter(services: { catalogue: Catalogue }) {
  return router({
    list: procedure({ access: 'session' }).query(() => services.catalogue.describe()),
  });
}
