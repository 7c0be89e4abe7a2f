/** `/builds/<id>` */

import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { frameRoute } from './frame.tsx';

export const buildRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/builds/$buildId',
  component: lazyRouteComponent(() => import('../builds/build-page.tsx'), 'BuildPage'),
});
