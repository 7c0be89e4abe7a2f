/** The event types this server knows: where the page takes its labels from. */

import { procedure, router } from '../access/trpc.ts';

export const catalogueRouter = router({
  list: procedure({ access: 'session' }).query(({ ctx }) => ctx.services.catalogue.describe()),
});
