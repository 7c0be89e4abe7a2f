/** Fills a trail quickly: uses the service's writer without HTTP, with a clock that follows the events' times. */

import { createServices } from '@liblab/audit-api/app/create-services';
import type { Config } from '@liblab/audit-api/config';
import { appendEvents, type Emitter } from '@liblab/audit-api/trail/ingest/append-events';
import { pino } from 'pino';
import { printProgress } from './figure.ts';
import { newId } from './new-id.ts';
import { sampleInput } from './sample-events.ts';

export interface Filling {
  /** The configuration of the database to fill, including the secret that keys its rows. */
  config: Config;
  organizationId: string;
  keyId: string;
  /** Positions to write. */
  from: number;
  to: number;
  /** When the event at a position happened. It is logged half a second later. */
  atMs: (position: number) => number;
}

const requestEvents = 1_000;

export async function fillTrail(filling: Filling): Promise<void> {
  const { config, organizationId, keyId, from, to, atMs } = filling;
  const log = pino({ level: 'warn' }, pino.destination(2));
  // Nothing is started: the API that runs beside it follows and signs.
  const services = await createServices(config, log, {
    database: { role: 'audit_api', writerCount: 1 },
    loggedAt: (event) => event.occurredAtMs + 500,
  });
  const emitter: Emitter = {
    keyId,
    organizationIds: [organizationId],
    scopes: ['import'],
    emitTypes: null,
  };
  const event = (position: number) => ({
    ...sampleInput(position),
    id: newId(),
    occurredAt: new Date(atMs(position)).toISOString(),
  });
  try {
    let writing: Promise<unknown> = Promise.resolve();
    for (let position = from; position < to; position += requestEvents) {
      const count = Math.min(requestEvents, to - position);
      const events = Array.from({ length: count }, (_, index) => event(position + index));
      // The next request is validated and hashed while this one is written.
      const written = appendEvents(services, emitter, { events }, undefined);
      await writing;
      writing = written;
      if (position % 250_000 === 0) printProgress(`Filled ${position} of ${to} events.`);
    }
    await writing;
  } finally {
    await services.stop();
  }
}
