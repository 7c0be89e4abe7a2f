/** Everything behind the sign-in: no session leads there, and back to where one was. */

import { createRoute, redirect } from '@tanstack/react-router';
import { Frame } from '../frame/frame.tsx';
import { isUnauthenticated, trpc } from '../trpc.ts';
import { NotFoundPage } from '../frame/dead-ends.tsx';
import { catalogueOptions } from '../ui/describe-event.ts';
import { rootRoute } from './root.tsx';

export const frameRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'frame',
  beforeLoad: async ({ context, location }) => {
    // The labels of every page; asked for now, so that no page shows codes first.
    void context.queryClient.prefetchQuery(catalogueOptions);
    try {
      await context.queryClient.ensureQueryData(trpc.session.me.queryOptions());
    } catch (error) {
      if (!isUnauthenticated(error)) throw error;
      throw redirect({ to: '/sign-in', search: { redirect: location.href } });
    }
  },
  component: Frame,
  notFoundComponent: NotFoundPage,
});
