/** `/verify-email#<token>` */

import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from './root.tsx';

export const verifyEmailRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/verify-email',
  component: lazyRouteComponent(
    () => import('../sign-in/verify-email-page.tsx'),
    'VerifyEmailPage',
  ),
});
