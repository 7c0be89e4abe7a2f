/** `/tokens` */

import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { tokensQuery } from '../keys/queries.ts';
import { frameRoute } from './frame.tsx';

export const tokensRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/tokens',
  loader: ({ context: { queryClient, organizationWith } }) => {
    const organizationId = organizationWith('tokens:own');
    if (organizationId) void queryClient.prefetchQuery(tokensQuery(organizationId));
  },
  component: lazyRouteComponent(() => import('../keys/tokens-page.tsx'), 'TokensPage'),
});
