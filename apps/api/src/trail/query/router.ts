/** The procedures and routes of the trail. */

import { z } from 'zod';
import { checkOrigin } from '../../access/check-origin.ts';
import { declareRoute, type Route } from '../../http/route.ts';
import { sourceOf } from '../../access/source.ts';
import { procedure, router } from '../../http/trpc.ts';
import { countEvents } from './count-events.ts';
import { exportCsv, type ExportContext } from './export-csv.ts';
import { getEvent, type ReadContext } from './get-event.ts';
import { listEvents, type ListContext } from './list-events.ts';
import { queryShape } from './query-input.ts';

/** Strict, because a misspelt parameter must not return everything. */
const query = z.strictObject({ organizationId: z.guid().optional(), ...queryShape });

const list = query.extend({
  limit: z.int().min(1).max(200).optional(),
  cursor: z.string().max(100).optional(),
  direction: z.enum(['older', 'newer']).optional(),
});

const read = procedure({ access: 'trail:read' });

export function eventsRouter(services: ReadContext & ListContext) {
  return router({
    list: read
      .input(list.optional())
      .query(({ ctx, input = {} }) => listEvents(services, ctx.organizationId, input)),
    count: read
      .input(query.optional())
      .query(({ ctx, input = {} }) => countEvents(services, ctx.organizationId, input)),
    get: read
      .input(z.object({ id: z.guid('must be a UUID') }))
      .query(({ ctx, input }) => getEvent(services, ctx.organizationId, input.id)),
  });
}

export function exportRoute(services: ExportContext): Route {
  return declareRoute({
    method: 'get',
    path: '/api/v1/events.csv',
    access: 'trail:export',
    records: ['trail.export'],
    handler({ organizationId, principal, requestId }, req, res) {
      // Records an event in the caller's name, so no other site may navigate their browser here.
      if (principal.kind === 'user' && req.get('sec-fetch-site') !== 'none') {
        checkOrigin(services.config, req, { required: false });
      }
      const source = sourceOf(principal, req, requestId);
      return exportCsv(services, { organizationId, source }, req, res);
    },
  });
}
