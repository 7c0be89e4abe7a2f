import { afterAll, beforeAll, describe, test } from 'vitest';
import type { ApiProcess } from '../support/api-process.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { counts, timeoutMs } from './counts.ts';
import { freePort } from '../support/free-port.ts';
import { openField, randomMoment, torture, type Field } from './field.ts';

let database: TestDatabase;
let field: Field;

beforeAll(async () => {
  database = await createTestDatabase();
  field = await openField(database.ownerUrl);
});
afterAll(async () => {
  await field[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

describe('every acknowledged event is stored once, and none twice', () => {
  test('whenever the API is killed', { timeout: timeoutMs }, async () => {
    let api = await field.startApi();
    await torture(field, {
      kind: 'API killed while it writes',
      done: { kills: counts.apiKills },
      urls: [api.url],
      async disturb(writing) {
        for (let kill = 0; kill < counts.apiKills; kill += 1) {
          await randomMoment();
          await api.kill();
          api = await field.startApi();
          await writing.progress();
        }
      },
    });
    await api.stop();
  });

  test('when the API is asked to stop while it writes', { timeout: timeoutMs }, async () => {
    let api = await field.startApi();
    await torture(field, {
      kind: 'API stopped while it writes',
      done: { stops: 1 },
      urls: [api.url],
      async disturb(writing) {
        await randomMoment();
        await api.stop();
        api = await field.startApi();
        await writing.progress();
      },
    });
    await api.stop();
  });

  test(
    'with two APIs and 16 writers, one of them killed at times',
    { timeout: timeoutMs },
    async () => {
      const ports = [await freePort(), await freePort()];
      const apis: ApiProcess[] = await Promise.all(ports.map((port) => field.startApi({ port })));
      await torture(field, {
        kind: 'two APIs, 16 writers, one organisation',
        done: { kills: counts.kinKills },
        urls: Array.from({ length: 16 }, (_, index) => apis[index % 2]?.url ?? ''),
        openMax: 100,
        paceMs: 20,
        async disturb(writing) {
          for (let kill = 0; kill < counts.kinKills; kill += 1) {
            await randomMoment();
            const victim = Math.floor(Math.random() * 2);
            await apis[victim]?.kill();
            apis[victim] = await field.startApi({ port: ports[victim] ?? 0 });
            await writing.progress();
          }
        },
      });
      await Promise.all(apis.map((api) => api.stop()));
    },
  );
});
