/** Every HTTP route of the service, and tRPC. */

import type { Express } from 'express';
import { serveRoutes, type Route } from './access/route.ts';
import { serveTrpc } from './access/serve-trpc.ts';
import type { Services } from './context.ts';
import { buildRoutes } from './builds/routes.ts';
import { documentRoutes } from './documents/routes.ts';
import { healthRoutes } from './health/routes.ts';
import { identityRoutes } from './identity/routes.ts';
import { ingestRoutes } from './ingest/routes.ts';
import { logRoutes } from './log/routes.ts';
import { inboxRoute } from './mail/routes.ts';
import { appRouter } from './router.ts';
import { exportRoute } from './trail/router.ts';

export const routes: readonly Route[] = [
  ...healthRoutes,
  ...identityRoutes,
  ...ingestRoutes,
  ...buildRoutes,
  ...documentRoutes,
  exportRoute,
  ...logRoutes,
  inboxRoute,
];

/** Mounts all that this process serves. */
export function mountRoutes(app: Express, services: Services): void {
  serveRoutes(
    app,
    services,
    routes.filter((route) => route !== inboxRoute || services.inbox),
  );
  app.use('/trpc', serveTrpc(appRouter, services));
}
