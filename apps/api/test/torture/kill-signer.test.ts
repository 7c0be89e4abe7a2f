import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { parseCheckpoint, parseNote } from '@liblab/audit-core/log';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { readSignerState } from '../../src/signer/signer-state.ts';
import { apiEvent, createTestWriter } from '../support/emit.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { checkSigned } from './check-written.ts';
import { counts, report, timeoutMs } from './counts.ts';
import { crashPoints, type CrashPoint } from './crash-points.ts';
import { createTarget, openField, randomMoment, type Field } from './field.ts';

let database: TestDatabase;
let field: Field;
let organizationId: string;
let signer: ChildProcess | undefined;

beforeAll(async () => {
  database = await createTestDatabase();
  field = await openField(database.ownerUrl);
  ({ organizationId } = await createTarget(field.db));
});
afterAll(async () => {
  signer?.kill('SIGKILL');
  await field[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

/** The signer as an operator runs it alone. */
function startSigner(crashPoint?: `${CrashPoint}:${number}`): ChildProcess {
  signer = spawn(
    process.execPath,
    [
      '--conditions=@liblab/source',
      ...(crashPoint ? ['--import', join(import.meta.dirname, 'crash-point.ts')] : []),
      join(import.meta.dirname, '../../src/signer/main.ts'),
    ],
    {
      env: {
        ...process.env,
        NODE_ENV: 'test',
        DATABASE_URL: database.signerUrl,
        DATA_DIR: field.dataDir,
        AUDIT_CRASH_POINT: crashPoint,
      },
      stdio: ['ignore', 'inherit', 'inherit'],
    },
  );
  return signer;
}

/** Goes on appending, so that every round has something to sign. */
function appendUntil(stopped: () => boolean): Promise<void> {
  const writer = createTestWriter(field.db.writers);
  return (async () => {
    while (!stopped()) {
      await writer.emit(organizationId, [apiEvent()]);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  })();
}

/** One root for each size that was ever signed, none beyond the trail or what the signer remembers. */
async function checkCheckpoints(): Promise<number> {
  const { rows } = await field.db.pool.query<{ size: number; note: string }>(
    'select size, note from log_checkpoints where organization_id = $1 order by size',
    [organizationId],
  );
  // After the checkpoints: both have grown since, if at all.
  const remembered =
    rows.length > 0 ? readSignerState(join(field.dataDir, 'signer-state')) : new Map();
  const { rows: heads } = await field.db.pool.query<{ size: number }>(
    'select size from log_heads where organization_id = $1',
    [organizationId],
  );
  const roots = new Map<number, string>();
  for (const { size, note } of rows) {
    const checkpoint = parseCheckpoint(parseNote(note).text);
    expect(checkpoint.size).toBe(size);
    const root = Buffer.from(checkpoint.root).toString('base64');
    expect(roots.get(size) ?? root, `two roots of size ${size}`).toBe(root);
    roots.set(size, root);
  }
  const newest = rows.at(-1)?.size ?? 0;
  expect(newest).toBeLessThanOrEqual(heads[0]?.size ?? 0);
  expect(newest).toBeLessThanOrEqual(remembered.get(organizationId)?.size ?? 0);
  return rows.length;
}

test(
  'the signer killed at any point: one root a size, none beyond the trail',
  { timeout: timeoutMs },
  async () => {
    let stopped = false;
    const appending = appendUntil(() => stopped);
    let kills = 0;
    for (let round = 0; round < counts.signerKillsPerPoint; round += 1) {
      for (const point of crashPoints) {
        // The first time that the state is there to be rewritten, and any of the first rounds of signing.
        const nth = point.includes('rewr') ? 1 : 1 + Math.floor(Math.random() * 3);
        const [, signal] = (await once(startSigner(`${point}:${nth}`), 'exit')) as [number, string];
        expect(signal, point).toBe('SIGKILL');
        kills += 1;
        await checkCheckpoints();
      }
    }
    for (let kill = 0; kill < counts.signerKills; kill += 1) {
      const killed = startSigner();
      const before = await checkCheckpoints();
      await vi.waitFor(async () => expect(await checkCheckpoints()).toBeGreaterThan(before), {
        timeout: 30_000,
      });
      await randomMoment();
      killed.kill('SIGKILL');
      await once(killed, 'exit');
      kills += 1;
      await checkCheckpoints();
    }
    stopped = true;
    await appending;
    const last = startSigner();
    const { rows } = await field.db.pool.query<{ size: number }>(
      'select size from log_heads where organization_id = $1',
      [organizationId],
    );
    const size = rows[0]?.size ?? 0;
    const { pool } = field.db;
    await checkSigned(
      { pool, ownerUrl: database.ownerUrl, organizationId, dataDir: field.dataDir },
      size,
    );
    const checkpoints = await checkCheckpoints();
    last.kill('SIGTERM');
    await once(last, 'exit');
    report('signer killed', {
      [`kills at ${crashPoints.length} points and at any moment`]: kills,
      'events signed': size,
      checkpoints,
      'roots of one size that differ': 0,
    });
  },
);
