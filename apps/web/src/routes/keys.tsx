/** `/settings/keys` */

import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { keysQuery } from '../keys/queries.ts';
import { frameRoute } from './frame.tsx';

export const keysRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/settings/keys',
  loader: ({ context: { queryClient, organizationWith } }) => {
    const organizationId = organizationWith('keys:manage');
    if (organizationId) void queryClient.prefetchQuery(keysQuery(organizationId));
  },
  component: lazyRouteComponent(() => import('../keys/keys-page.tsx'), 'KeysPage'),
});
