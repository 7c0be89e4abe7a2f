/** Previews of documents over HTTP. */

import { rowNumberOf } from '../../http/numbered.ts';
import { declareRoute, type Route } from '../../http/route.ts';
import { documentNotFound } from './get-document.ts';
import type { PortalContext } from '../portal-context.ts';
import { previewPage, readRenderer, rendererPath } from './preview-page.ts';

export function documentRoutes(services: PortalContext): readonly Route[] {
  return [
    declareRoute({
      method: 'get',
      path: '/api/v1/documents/:id/preview',
      access: 'builds:read',
      async handler({ organizationId }, req, res) {
        const document = await services.db.models.Document.findOne({
          attributes: ['kind', 'preview'],
          where: { organizationId, id: rowNumberOf(String(req.params['id'])) },
        });
        if (!document) throw documentNotFound();
        const { html, policy } = previewPage(document);
        res.setHeader('content-security-policy', policy);
        res.type('html').send(html);
      },
    }),
    declareRoute({
      method: 'get',
      path: rendererPath,
      access: 'public',
      handler(_ctx, _req, res) {
        // The sandboxed frame that loads it has no origin. The script contains no private data.
        res.setHeader('cross-origin-resource-policy', 'cross-origin');
        res.setHeader('cache-control', 'public, max-age=31536000, immutable');
        res.type('js').send(readRenderer());
      },
    }),
  ];
}
