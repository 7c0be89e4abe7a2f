/** `/settings/keys` */

import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { frameRoute } from './frame.tsx';

export const keysRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/settings/keys',
  component: lazyRouteComponent(() => import('../keys/keys-page.tsx'), 'KeysPage'),
});
