/** `/reset-password#<token>` */

import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from './root.tsx';

export const resetPasswordRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/reset-password',
  component: lazyRouteComponent(
    () => import('../sign-in/reset-password-page.tsx'),
    'ResetPasswordPage',
  ),
});
