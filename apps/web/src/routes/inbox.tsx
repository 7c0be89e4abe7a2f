/** `/inbox` */

import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { inboxQuery } from '../inbox/inbox-query.ts';
import { rootRoute } from './root.tsx';

export const inboxRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/inbox',
  loader: ({ context: { queryClient } }) => void queryClient.prefetchQuery(inboxQuery),
  component: lazyRouteComponent(() => import('../inbox/inbox-page.tsx'), 'InboxPage'),
});
