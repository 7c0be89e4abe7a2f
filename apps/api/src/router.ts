/** Everything that can be called over tRPC. */

import { router } from './access/trpc.ts';
import { apisRouter } from './apis/router.ts';
import { buildsRouter } from './builds/router.ts';
import { catalogueRouter } from './catalogue/router.ts';
import { documentsRouter } from './documents/router.ts';
import { invitationLinkProcedures } from './identity/invitation-procedures.ts';
import { accountRouter } from './identity/account-router.ts';
import { organizationsRouter, sessionRouter, setupRouter } from './identity/router.ts';
import { keysRouter, tokensRouter } from './keys/router.ts';
import { invitationProcedures, membersRouter } from './members/router.ts';
import { eventsRouter } from './trail/router.ts';

export const appRouter = router({
  setup: setupRouter,
  account: accountRouter,
  session: sessionRouter,
  organizations: organizationsRouter,
  catalogue: catalogueRouter,
  events: eventsRouter,
  apis: apisRouter,
  builds: buildsRouter,
  documents: documentsRouter,
  keys: keysRouter,
  tokens: tokensRouter,
  members: membersRouter,
  invitations: router({ ...invitationProcedures, ...invitationLinkProcedures }),
});

export type AppRouter = typeof appRouter;
