/** All HTTP routes of the service, and tRPC. */

import type { Express } from 'express';
import { serveRoutes, type Route } from '../http/route.ts';
import { serveTrpc } from '../http/serve-trpc.ts';
import { documentRoutes } from '../portal/builds/documents-routes.ts';
import { buildRoutes } from '../portal/builds/routes.ts';
import { identityRoutes } from '../portal/identity/routes.ts';
import { inboxRoute } from '../portal/mail/routes.ts';
import { ingestRoutes } from '../trail/ingest/routes.ts';
import { logRoutes } from '../trail/log/routes.ts';
import { exportRoute } from '../trail/query/router.ts';
import type { Services } from './create-services.ts';
import { healthRoutes } from './health-routes.ts';
import { createRouter } from './router.ts';

/** Mounts all routes and tRPC. */
export function mountRoutes(app: Express, services: Services): void {
  serveRoutes(app, services, createRoutes(services));
  app.use('/trpc', serveTrpc(createRouter(services), services, services.log));
}

export function createRoutes(services: Services): readonly Route[] {
  return [
    ...healthRoutes(services),
    ...identityRoutes(services),
    ...ingestRoutes(services),
    ...buildRoutes(services),
    ...documentRoutes(services),
    exportRoute(services),
    ...logRoutes(services),
    ...(services.inbox ? [inboxRoute(services)] : []),
  ];
}
