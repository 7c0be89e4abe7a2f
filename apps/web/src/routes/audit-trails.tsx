/** `/audit-trails`, and `/audit-trails/<event id>`, whose drawer lies over the list. */

import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { auditSearchSchema } from '../audit-trails/search.ts';
import { frameRoute } from './frame.tsx';

export const auditTrailsRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/audit-trails',
  validateSearch: auditSearchSchema,
  component: lazyRouteComponent(
    () => import('../audit-trails/audit-trails-page.tsx'),
    'AuditTrailsPage',
  ),
});

export const auditEventRoute = createRoute({
  getParentRoute: () => auditTrailsRoute,
  path: '$eventId',
  component: lazyRouteComponent(
    () => import('../audit-trails/drawer/event-drawer.tsx'),
    'EventDrawer',
  ),
});
