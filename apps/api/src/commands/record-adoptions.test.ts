import { createSecretKey, randomBytes, randomUUID } from 'node:crypto';
import { liblabCatalogue, portalCatalogue } from '@liblab/audit-core';
import { expect, test } from 'vitest';
import { createSequencer } from '../trail/ingest/sequencer.ts';
import { recordAdoptions } from './record-adoptions.ts';

test('more trails are adopted than the sequencer queues events', async () => {
  const adopted = new Set<string>();
  const sequencer = createSequencer(
    async (organizationId, events) => {
      adopted.add(organizationId);
      return events.map(() => ({
        status: 'recorded',
        seq: 0,
        leafHash: Buffer.alloc(32),
        loggedAtMs: 0,
      }));
    },
    () => {},
  );
  const services = {
    sequencer,
    catalogue: liblabCatalogue.with(portalCatalogue),
    contentKey: createSecretKey(randomBytes(32)),
    clock: Date.now,
  };
  const adoptions = Array.from({ length: 10_001 }, () => ({
    organizationId: randomUUID(),
    size: 3,
  }));
  await recordAdoptions(services, adoptions, 'the state was lost');
  expect(adopted.size).toBe(adoptions.length);
});
