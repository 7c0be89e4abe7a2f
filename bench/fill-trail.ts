/** Fills a trail fast: through the door and the writer that the API has, on a clock of its own, without HTTP. */

import type { Config } from '../apps/api/src/config.ts';
import { openDatabase } from '../apps/api/src/db/database.ts';
import { deriveKey } from '../apps/api/src/access/derive-key.ts';
import { loadCatalogue } from '../apps/api/src/trail/catalogue/load-catalogue.ts';
import { createActorRefs } from '../apps/api/src/trail/store/actor-refs.ts';
import { appendEvents, type Emitter } from '../apps/api/src/trail/ingest/append-events.ts';
import { createSequencer } from '../apps/api/src/trail/ingest/sequencer.ts';
import { createWriteBatch } from '../apps/api/src/trail/ingest/write-batch.ts';
import { createUuidV7 } from '../packages/sdk/src/uuid-v7.ts';
import { tell } from './figure.ts';
import { sampleInput } from './sample-events.ts';

export interface Filling {
  databaseUrl: string;
  /** Whose secret the rows are keyed by. */
  config: Config;
  organizationId: string;
  keyId: string;
  /** Positions to write. */
  from: number;
  to: number;
  /** When the event at a position happened; it is logged half a second later. */
  atMs: (position: number) => number;
}

const requestEvents = 1_000;

export async function fillTrail(filling: Filling): Promise<void> {
  const { databaseUrl, config, organizationId, keyId, from, to, atMs } = filling;
  const db = openDatabase({ url: databaseUrl, role: 'audit_api', writerCount: 1 });
  const writeBatch = createWriteBatch({
    writers: db.writers,
    actorRefs: createActorRefs(deriveKey(config.secret, 'actors')),
    clock: Date.now,
    loggedAt: (event) => event.occurredAtMs + 500,
  });
  const services = {
    sequencer: createSequencer(writeBatch, () => {}),
    catalogue: await loadCatalogue([]),
    clock: Date.now,
    contentKey: deriveKey(config.secret, 'content'),
  };
  const emitter: Emitter = {
    keyId,
    organizationIds: [organizationId],
    scopes: ['import'],
    emitTypes: null,
  };
  const newId = createUuidV7();
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
      // The next request is judged and hashed while this one is written.
      const written = appendEvents(services, emitter, { events }, undefined);
      await writing;
      writing = written;
      if (position % 250_000 === 0) tell(`filling: ${position} of ${to} events`);
    }
    await writing;
  } finally {
    await db.close();
  }
}
