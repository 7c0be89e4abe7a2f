/** `/builds` and `/builds/<id>` */

import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { frameRoute } from './frame.tsx';

export const buildsRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/builds',
  component: lazyRouteComponent(() => import('../builds/builds-page.tsx'), 'BuildsPage'),
});

export const buildRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/builds/$buildId',
  component: lazyRouteComponent(() => import('../builds/build-page.tsx'), 'BuildPage'),
});
