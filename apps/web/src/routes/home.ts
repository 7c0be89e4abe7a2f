/** `/`: opens the trail, or the builds for users who cannot read the trail. */

import { createRoute, redirect } from '@tanstack/react-router';
import { trpc } from '../trpc.ts';
import { frameRoute } from './frame.tsx';

export const homeRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/',
  beforeLoad: async ({ context }) => {
    const { permissions } = await context.queryClient.ensureQueryData(
      trpc.session.me.queryOptions(),
    );
    const isMember = permissions.includes('builds:read') && !permissions.includes('trail:read');
    throw redirect({ to: isMember ? '/builds' : '/audit-trails', replace: true });
  },
});
