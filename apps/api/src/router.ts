/** Everything that can be called over tRPC. */

import { router } from './access/trpc.ts';
import { catalogueRouter } from './catalogue/router.ts';
import { organizationsRouter, sessionRouter } from './identity/router.ts';
import { keysRouter } from './keys/router.ts';

export const appRouter = router({
  session: sessionRouter,
  organizations: organizationsRouter,
  catalogue: catalogueRouter,
  keys: keysRouter,
});

export type AppRouter = typeof appRouter;
