/** The parent of every page that needs a session. Without one it redirects to the sign-in page, which leads back. */

import type { Permission } from '@liblab/audit-core';
import { createRoute, redirect } from '@tanstack/react-router';
import { Frame } from '../frame/frame.tsx';
import { isUnauthenticated, trpc } from '../trpc.ts';
import { NotFoundPage } from '../ui/error-pages.tsx';
import { catalogueOptions } from '../ui/describe-event.ts';
import { rootRoute } from './root.tsx';

export const frameRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'frame',
  beforeLoad: async ({ context, location }) => {
    // The titles of event types: prefetched, so that no page shows their codes first.
    void context.queryClient.prefetchQuery(catalogueOptions);
    try {
      const { activeOrganizationId, permissions } = await context.queryClient.ensureQueryData(
        trpc.session.me.queryOptions(),
      );
      return {
        /** The active organisation's id, if the user has the permission in it. Loaders prefetch nothing without it. */
        organizationWith: (permission: Permission) =>
          permissions.includes(permission) ? activeOrganizationId : null,
      };
    } catch (error) {
      if (!isUnauthenticated(error)) throw error;
      throw redirect({ to: '/sign-in', search: { redirect: location.href } });
    }
  },
  component: Frame,
  notFoundComponent: NotFoundPage,
});
