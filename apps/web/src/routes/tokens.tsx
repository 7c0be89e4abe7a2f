/** `/tokens` and `/tokens/<id>` */

import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { frameRoute } from './frame.tsx';

export const tokensRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/tokens',
  component: lazyRouteComponent(() => import('../keys/tokens-page.tsx'), 'TokensPage'),
});

export const tokenRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/tokens/$tokenId',
  component: lazyRouteComponent(() => import('../keys/token-page.tsx'), 'TokenPage'),
});
