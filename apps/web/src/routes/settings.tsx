/** `/settings` */

import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { settingsQuery } from '../settings/queries.ts';
import { frameRoute } from './frame.tsx';

export const settingsRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/settings',
  loader: ({ context: { queryClient, organizationWith } }) => {
    const organizationId = organizationWith('organization:manage');
    if (organizationId) void queryClient.prefetchQuery(settingsQuery(organizationId));
  },
  component: lazyRouteComponent(() => import('../settings/settings-page.tsx'), 'SettingsPage'),
});
