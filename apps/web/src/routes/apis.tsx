/** `/apis` and `/apis/<id>` */

import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { frameRoute } from './frame.tsx';

export const apisRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/apis',
  component: lazyRouteComponent(() => import('../apis/apis-page.tsx'), 'ApisPage'),
});

export const apiRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/apis/$apiId',
  component: lazyRouteComponent(() => import('../apis/api-page.tsx'), 'ApiPage'),
});
