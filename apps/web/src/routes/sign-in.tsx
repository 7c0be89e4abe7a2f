/** `/sign-in` */

import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { z } from 'zod';
import { rootRoute } from './root.tsx';

export const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-in',
  validateSearch: z.object({
    /** Where to go after signing in. Anything but a path on this site opens `/`. */
    redirect: z.string().max(2_000).optional().catch(undefined),
    expired: z.literal('1').optional().catch(undefined),
  }),
  component: lazyRouteComponent(() => import('../sign-in/sign-in-page.tsx'), 'SignInPage'),
});
