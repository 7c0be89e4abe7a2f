import { randomUUID } from 'node:crypto';
import { liblabCatalogue, type Catalogue, type SentEvent } from '@liblab/audit-core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { deriveKey } from '../src/access/derive-key.ts';
import { BinaryRows, copyRows } from '../src/db/copy-rows.ts';
import { openDatabase } from '../src/db/database.ts';
import { contentMac, readContent } from '../src/trail/store/content-mac.ts';
import { prepareEvent } from '../src/trail/ingest/prepare-event.ts';
import { createActorRefs } from '../src/trail/store/actor-refs.ts';
import {
  addRow,
  eventColumns,
  placeEvent,
  queryEvents,
  readEvent,
  rowColumns,
} from '../src/trail/store/row-codec.ts';
import { eventOf } from './support/arbitrary-events.ts';
import { createTestDatabase } from './support/test-database.ts';

const catalogue: Catalogue = liblabCatalogue;
const secret = Buffer.alloc(32, 7);
const keyId = randomUUID();

/** Events of every type, with the same seed in every run. */
const sent = catalogue.definitions.flatMap((definition, index) =>
  fc.sample(eventOf(definition), { numRuns: 40, seed: index }).map((event) => {
    const checked = catalogue.check(event);
    if (!checked.ok) throw new Error(`${checked.error.path} ${checked.error.message}`);
    return checked;
  }),
);

test('an event of any type is unchanged after it is stored in Postgres and read', async () => {
  await using database = await createTestDatabase();
  const db = openDatabase({ url: database.apiUrl });
  const organizationId = randomUUID();
  const refs = createActorRefs(deriveKey(secret, 'actors'));
  const placed = sent.map(({ event, definition }, seq) => {
    const reporter = seq % 2 === 0 ? keyId : null;
    const mac = contentMac(readContent(event), deriveKey(secret, 'content'));
    const prepared = prepareEvent({ mac, event, definition, keyId: reporter });
    return placeEvent(prepared, seq, Date.UTC(2050, 0, 1) + seq, refs);
  });
  const rows = new BinaryRows();
  for (const event of placed) addRow(rows, organizationId, event);
  const client = await db.writers.connect();
  await copyRows(client, rowColumns, rows);
  client.release();

  const stored = await queryEvents(db.pool, {
    text: `select ${eventColumns} from audit_events e order by seq`,
  });
  const read = stored.rows.map((row) => readEvent(row, catalogue, new Map([[keyId, 'CI']])));
  expect(read).toEqual(
    placed.map(({ seq, atMs, loggedAtMs, late, event: { keyId: reporter } }) => {
      const { event } = sent[seq] as { event: SentEvent };
      return {
        ...event,
        seq,
        organizationId,
        occurredAt: event.occurredAt,
        at: new Date(atMs).toISOString(),
        loggedAt: new Date(loggedAtMs).toISOString(),
        late,
        known: true,
        ...(reporter === null ? {} : { reportedBy: { keyId, name: 'CI' } }),
      };
    }),
  );
  expect(new Set(read.map(({ outcome }) => outcome)).size).toBe(3);
  expect(new Set(read.map(({ late }) => late)).size).toBe(2);
  await db.close();
});
