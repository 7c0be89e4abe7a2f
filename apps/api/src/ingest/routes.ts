/** The ingest door over HTTP. */

import { limits } from '@liblab/audit-core';
import { authenticate } from '../access/authenticate.ts';
import { authorizeKey } from '../access/authorize.ts';
import { clientAddress } from '../access/client-address.ts';
import { readJsonBody } from '../access/read-json-body.ts';
import { declareRoute, type Route } from '../access/route.ts';
import { appendEvents } from './append-events.ts';

export const ingestRoutes: readonly Route[] = [
  declareRoute({
    method: 'post',
    path: '/api/v1/events',
    access: 'events:emit',
    organization: 'items',
    async handler({ services }, req, res) {
      const body = await readJsonBody(req, limits.requestBytesMax);
      // A body may take half a minute: a key that was revoked meanwhile records nothing any more.
      const emitter = authorizeKey(await authenticate(services, req), 'events:emit');
      const response = await appendEvents(services, emitter, body, clientAddress(req));
      for (const { status } of response.results) services.metrics.events.inc({ status });
      res.json(response);
    },
  }),
];
