/** All tRPC procedures. */

import { router } from '../http/trpc.ts';
import { apisRouter } from '../portal/builds/apis-router.ts';
import { documentsRouter } from '../portal/builds/documents-router.ts';
import { buildsRouter } from '../portal/builds/router.ts';
import { accountRouter } from '../portal/identity/account-router.ts';
import { organizationsRouter, sessionRouter, setupRouter } from '../portal/identity/router.ts';
import { keysRouter, tokensRouter } from '../portal/keys/router.ts';
import { invitationLinkProcedures } from '../portal/members/invitation-link-router.ts';
import { invitationProcedures, membersRouter } from '../portal/members/router.ts';
import { catalogueRouter } from '../trail/catalogue/router.ts';
import { eventsRouter } from '../trail/query/router.ts';
import type { Services } from './create-services.ts';

export type AppRouter = ReturnType<typeof createRouter>;

export function createRouter(services: Services) {
  return router({
    setup: setupRouter(services),
    account: accountRouter(services),
    session: sessionRouter(services),
    organizations: organizationsRouter(services),
    catalogue: catalogueRouter(services),
    events: eventsRouter(services),
    apis: apisRouter(services),
    builds: buildsRouter(services),
    documents: documentsRouter(services),
    keys: keysRouter(services),
    tokens: tokensRouter(services),
    members: membersRouter(services),
    invitations: router({
      ...invitationProcedures(services),
      ...invitationLinkProcedures(services),
    }),
  });
}
