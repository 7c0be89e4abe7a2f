/** `/tokens/<id>` */

import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { tokenQuery } from '../keys/queries.ts';
import { frameRoute } from './frame.tsx';

export const tokenRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/tokens/$tokenId',
  loader: ({ context: { queryClient, organizationWith }, params }) => {
    const organizationId = organizationWith('members:read');
    if (organizationId) void queryClient.prefetchQuery(tokenQuery(organizationId, params.tokenId));
  },
  component: lazyRouteComponent(() => import('../keys/token-page.tsx'), 'TokenPage'),
});
