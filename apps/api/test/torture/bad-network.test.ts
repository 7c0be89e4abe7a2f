import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ApiProcess } from '../support/api-process.ts';
import { fates, openBadNetwork, type BadNetwork } from '../support/bad-network.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { checkWritten } from './check-written.ts';
import { counts, report, timeoutMs } from './counts.ts';
import { createTarget, openField, torture, type Field } from './field.ts';
import { startWriting } from './writing.ts';

let database: TestDatabase;
let field: Field;
let api: ApiProcess;
let network: BadNetwork;

beforeAll(async () => {
  database = await createTestDatabase();
  field = await openField(database.ownerUrl);
  api = await field.startApi();
  network = await openBadNetwork(Number(new URL(api.url).port));
});
afterAll(async () => {
  await network[Symbol.asyncDispose]();
  await api.stop();
  await field[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

/** Small requests with short timeouts, so that many faults can hit them. */
const client = { batchEventsMax: 20, attemptTimeoutMs: 1_000, gzip: true };

describe('over a network that delays, cuts, resets, drops and repeats', () => {
  test('every event arrives once', { timeout: timeoutMs }, async () => {
    await torture(field, {
      kind: 'bad network',
      done: { events: counts.networkEvents },
      urls: [network.url, network.url],
      client,
      eventsMax: counts.networkEvents,
      paceMs: 0,
      openMax: 200,
      async disturb(writing) {
        network.misbehave(0.3);
        await writing.emitted;
        network.misbehave(0);
      },
    });
    for (const way of ['request', 'answer'] as const) {
      for (const fate of fates)
        expect(network.happened[way][fate], `${way} ${fate}`).toBeGreaterThan(0);
      report(`bad network, what happened to ${way}s`, network.happened[way]);
    }
  });

  test(
    'what cannot be delivered in time is reported, and nothing else',
    { timeout: timeoutMs },
    async () => {
      const target = await createTarget(field.db);
      const writing = startWriting({
        urls: [network.url, network.url],
        apiKey: target.apiKey,
        client: { ...client, giveUpAfterMs: 1_500 },
        paceMs: 1,
      });
      await writing.progress();
      for (let outage = 0; outage < counts.outages; outage += 1) {
        network.misbehave(1, ['swallow', 'reset']);
        await writing.failure();
        network.misbehave(0);
        await writing.progress();
      }
      // And events still unsent when the client closes.
      network.misbehave(1, ['swallow']);
      const ledger = await writing.stop(500);
      network.misbehave(0);
      expect(ledger.reported.size).toBeGreaterThan(0);
      const { organizationId } = target;
      const written = { pool: field.db.pool, ownerUrl: database.ownerUrl, organizationId };
      const facts = await checkWritten({ ...written, dataDir: field.dataDir }, ledger);
      report('network away', { outages: counts.outages + 1, ...facts });
    },
  );
});

test(
  'a network between the API and Postgres that delays, cuts, resets and swallows',
  { timeout: timeoutMs },
  async () => {
    await using database = await createTestDatabase();
    const url = new URL(database.ownerUrl);
    url.searchParams.delete('host');
    await using between = await openBadNetwork(Number(url.port));
    url.host = new URL(between.url).host;
    const { answer, request } = between.happened;
    await using field = await openField(database.ownerUrl, { databaseUrl: url.href });
    const { url: apiUrl, stop } = await field.startApi();
    await torture(field, {
      kind: 'bad network before Postgres',
      done: { resets: counts.databaseResets },
      urls: [apiUrl, apiUrl],
      client: { batchEventsMax: 20 },
      openMax: 100,
      async disturb() {
        between.misbehave(0.02, counts.databaseFates);
        await expect
          .poll(() => request.reset + answer.reset, { timeout: timeoutMs })
          .toBeGreaterThanOrEqual(counts.databaseResets);
        between.misbehave(0);
      },
    });
    report('bad network before Postgres, what happened to answers', answer);
    await stop();
  },
);
