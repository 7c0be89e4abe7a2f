/** The ingest door over HTTP. */

import { limits } from '@liblab/audit-core';
import { readJsonBody } from '../access/read-json-body.ts';
import { declareRoute, type Route } from '../access/route.ts';
import { appendEvents } from './append-events.ts';

export const ingestRoutes: readonly Route[] = [
  declareRoute({
    method: 'post',
    path: '/api/v1/events',
    access: 'events:emit',
    organization: 'items',
    async handler({ services, principal }, req, res) {
      const body = await readJsonBody(req, limits.requestBytesMax);
      const response = await appendEvents(services, principal, body, req.ip);
      for (const { status } of response.results) services.metrics.events.inc({ status });
      res.json(response);
    },
  }),
];
