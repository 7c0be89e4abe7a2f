/** Events and a sequencer for tests that write without HTTP. */

import { randomUUID } from 'node:crypto';
import { liblabCatalogue } from '@liblab/audit-core';
import type { Pool } from 'pg';
import { deriveKey } from '../../src/access/derive-key.ts';
import { createActorRefs } from '../../src/trail/store/actor-refs.ts';
import { appendEvents } from '../../src/trail/ingest/append-events.ts';
import { createSequencer, type Sequencer } from '../../src/trail/ingest/sequencer.ts';
import { createWriteBatch, type WriteBatchOptions } from '../../src/trail/ingest/write-batch.ts';

const secret = Buffer.alloc(32, 7);

export interface TestWriter {
  sequencer: Sequencer;
  /** What went wrong in commits, as the service would log it. */
  failures: unknown[];
  emit(
    organizationId: string,
    events: readonly object[],
    address?: string,
  ): ReturnType<typeof appendEvents>;
}

/** A sequencer of its own, as another API process would have. */
export function createTestWriter(
  writers: Pool,
  options: Partial<WriteBatchOptions> = {},
): TestWriter {
  const failures: unknown[] = [];
  const clock = options.clock ?? Date.now;
  const sequencer = createSequencer(
    createWriteBatch({
      writers,
      actorRefs: createActorRefs(deriveKey(secret, 'actors')),
      clock,
      ...options,
    }),
    (error) => failures.push(error),
  );
  const services = {
    sequencer,
    catalogue: liblabCatalogue,
    clock,
    contentKey: deriveKey(secret, 'content'),
  };
  return {
    sequencer,
    failures,
    emit: (organizationId, events, address) =>
      appendEvents(
        services,
        {
          keyId: testKeyId,
          organizationIds: [organizationId],
          scopes: ['emit', 'import'],
          emitTypes: null,
        },
        { events },
        address,
      ),
  };
}

export const testKeyId = '00000000-0000-4000-8000-00000000000a';

/** A valid event; `overrides` replace whole fields. */
export function apiEvent(overrides: object = {}) {
  return {
    id: randomUUID(),
    type: 'user.create_api',
    occurredAt: new Date().toISOString(),
    actor: { type: 'user', id: 'u1', email: 'ada@exciting.soda', name: 'Ada' },
    targets: [{ type: 'api', id: '520', name: 'Llama Store' }],
    details: { apiName: 'Llama Store', apiId: 520 },
    ...overrides,
  };
}
