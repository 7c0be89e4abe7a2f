import { join } from 'node:path';
import type { KnownRoot } from '@liblab/audit-core/log';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readSignedRoots } from '../src/signer/signed-roots.ts';
import type { Finding } from '../src/verification/findings.ts';
import { administer } from './support/test-cluster.ts';
import { formatDocument, type Result } from './tampering/document.ts';
import { mutations } from './tampering/mutations.ts';
import { scenarios } from './tampering/scenarios.ts';
import { sign, verify } from './tampering/search.ts';
import { much, report } from './torture/counts.ts';
import { makeWorld, victim, write, type World } from './tampering/world.ts';

const document = join(import.meta.dirname, '../../../docs/tampering.md');

let world: World;
/** Roots known outside the database before any change. */
let outside: Map<string, KnownRoot>;

beforeAll(async () => {
  world = await makeWorld();
  outside = readSignedRoots(world.stateFile);
});
afterAll(() => world[Symbol.asyncDispose]());

test('an untouched trail is sound, and the signer signs it', async () => {
  await administer(world.database.ownerUrl, async (client) => {
    await client.query('begin');
    expect(await verify(client, world, outside)).toBe(undefined);
    expect(await sign(client, world)).toBe(undefined);
    await client.query('rollback');
  });
});

describe('a change is found, or the document says why not', () => {
  const rows: Result[] = [];
  const wholes: Result[] = [];

  test('each column of each table of the trail, and rows inserted, deleted or swapped', async () => {
    await administer(world.database.ownerUrl, async (client) => {
      for (const { table, what, sql, why } of mutations) {
        // Rolled back, so that one database serves all tests.
        await client.query('begin');
        await client.query(sql);
        const found = await verify(client, world);
        const refusal = await sign(client, world);
        await client.query('rollback');
        expectFoundOrExplained(`${table}: ${what}`, why, found, refusal);
        rows.push({ what: `\`${table}\`: ${what}`, found, kept: undefined, refusal, why });
      }
      const { rows: columns } = await client.query<{ name: string }>(
        `select table_name || '.' || column_name as name from information_schema.columns
         where table_schema = 'public' and table_name = any($1) order by 1`,
        [[...new Set(mutations.map(({ table }) => table))]],
      );
      const changed = mutations.flatMap(({ table, column }) =>
        column ? [`${table}.${column}`] : [],
      );
      expect([...new Set(changed)].toSorted()).toEqual(columns.map(({ name }) => name));
    });
  });

  test.each(scenarios)('$what', async ({ what, play, why }) => {
    await using scene = await play(world);
    const client = new Client({ connectionString: scene.database.ownerUrl });
    await client.connect();
    try {
      await client.query('begin');
      const found = await verify(client, world);
      const kept = await verify(client, world, outside);
      await client.query('commit');
      const refusal = await sign(client, { ...world, stateFile: scene.stateFile });
      expectFoundOrExplained(what, why, found ?? kept, refusal);
      wholes.push({ what, found, kept, refusal, why });
    } finally {
      await client.end();
    }
    if (!scene.takesEvents) return;
    await write(scene.database, async (_, emit) => {
      expect(await emit(victim, 300)).toMatchObject({ results: { length: 300 } });
    });
  });

  test('docs/tampering.md matches (update it with vitest -u)', async () => {
    const text = formatDocument(rows, wholes);
    await expect(text).toMatchFileSnapshot(document);
    if (much) console.log(text);
    const all = [...rows, ...wholes];
    report('tampered with', {
      changes: all.length,
      'found by verification': all.filter(({ found, kept }) => found ?? kept).length,
      'refused by the signer': all.filter(({ refusal }) => refusal).length,
      'found by neither, with the reason': all.filter(({ why }) => why).length,
    });
  });
});

function expectFoundOrExplained(
  what: string,
  why: string | undefined,
  found: Finding | undefined,
  refusal: string | undefined,
): void {
  const isFound = found !== undefined || refusal !== undefined;
  expect(isFound, `${what}: ${found?.message ?? refusal ?? 'found by nothing'}`).toBe(!why);
}
