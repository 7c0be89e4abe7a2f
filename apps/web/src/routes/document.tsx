/** `/documents/<id>` */

import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { frameRoute } from './frame.tsx';

export const documentRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/documents/$documentId',
  component: lazyRouteComponent(() => import('../documents/document-page.tsx'), 'DocumentPage'),
});
