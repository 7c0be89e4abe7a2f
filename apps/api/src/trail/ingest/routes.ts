/** The ingest route. */

import { limits } from '@liblab/audit-core';
import { authenticate, type AccessContext } from '../../access/authenticate.ts';
import { authorizeKey } from '../../access/authorize.ts';
import { clientAddress } from '../../access/client-address.ts';
import { readJsonBody } from '../../http/read-json-body.ts';
import { declareRoute, type Route } from '../../http/route.ts';
import type { Counter } from 'prom-client';
import { appendEvents, type IngestContext } from './append-events.ts';

export interface IngestRouteContext extends AccessContext, IngestContext {
  metrics: { events: Counter<'status'> };
}

export function ingestRoutes(services: IngestRouteContext): readonly Route[] {
  return [
    declareRoute({
      method: 'post',
      path: '/api/v1/events',
      access: 'events:emit',
      organization: 'items',
      records: { exempt: 'Appends the events that are sent.' },
      async handler(_ctx, req, res) {
        const body = await readJsonBody(req, limits.requestBytesMax);
        // Authorises again, because a body may take half a minute: a key revoked in the meantime must record nothing.
        const emitter = authorizeKey(await authenticate(services, req), 'events:emit');
        const response = await appendEvents(services, emitter, body, clientAddress(req));
        for (const { status } of response.results) services.metrics.events.inc({ status });
        res.json(response);
      },
    }),
  ];
}
