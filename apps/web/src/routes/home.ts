/** `/`: the trail is the Portal's first page. */

import { createRoute, redirect } from '@tanstack/react-router';
import { frameRoute } from './frame.tsx';

export const homeRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/audit-trails', replace: true });
  },
});
