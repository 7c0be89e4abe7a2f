/** `/documents/<id>` */

import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { documentQuery } from '../documents/queries.ts';
import { frameRoute } from './frame.tsx';

export const documentRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/documents/$documentId',
  loader: ({ context: { queryClient, organizationWith }, params }) => {
    const organizationId = organizationWith('builds:read');
    if (organizationId)
      void queryClient.prefetchQuery(documentQuery(organizationId, params.documentId));
  },
  component: lazyRouteComponent(() => import('../documents/document-page.tsx'), 'DocumentPage'),
});
