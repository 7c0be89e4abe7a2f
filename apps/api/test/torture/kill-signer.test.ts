import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { parseCheckpoint, parseNote } from '@liblab/audit-core/log';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { readSignerState } from '../../src/signer/signer-state.ts';
import { apiEvent, openTestWriter } from '../support/emit.ts';
import { administer } from '../support/test-cluster.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { checkSigned } from './check-written.ts';
import { counts, report, timeoutMs } from './counts.ts';
import { crashPoints, type CrashPoint } from './crash-points.ts';
import { createTarget, openField, randomMoment, type Field } from './field.ts';

let database: TestDatabase;
let field: Field;
let organizationId: string;
/** All started signers. */
const signers: ChildProcess[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  field = await openField(database.ownerUrl);
  ({ organizationId } = await createTarget(field.db));
});
afterAll(async () => {
  // A failed test leaves some running.
  for (const signer of signers) signer.kill('SIGKILL');
  await field[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

/** The signer as an operator runs it on its own. */
function startSigner(crashPoint?: `${CrashPoint}:${number}`): ChildProcess {
  const signer = spawn(
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
      stdio: 'ignore',
    },
  );
  signers.push(signer);
  return signer;
}

/** Resolves when there is another checkpoint. */
async function signsOn(): Promise<void> {
  const before = await checkCheckpoints();
  await vi.waitFor(async () => expect(await checkCheckpoints()).toBeGreaterThan(before), {
    timeout: 60_000,
    interval: 50,
  });
}

/** Closes the connection of the signer that holds the lock. */
async function cutOff(): Promise<void> {
  await administer(database.ownerUrl, (client) =>
    client.query(
      `select pg_terminate_backend(a.pid) from pg_stat_activity a join pg_locks l using (pid)
       where a.datname = current_database() and a.application_name = 'audit-signer'
         and l.locktype = 'advisory' and l.granted`,
    ),
  );
}

async function end(signer: ChildProcess, signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
  const ended = once(signer, 'exit');
  signer.kill(signal);
  await ended;
}

/** Keeps appending, so that every round has something to sign. */
async function appendUntil(stopped: () => boolean): Promise<void> {
  await using writer = await openTestWriter(field.db.options);
  while (!stopped()) {
    await writer.emit(organizationId, [apiEvent()]);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** One root per signed size, and no size beyond the trail or the signer's state. */
async function checkCheckpoints(): Promise<number> {
  const { rows } = await field.db.pool.query<{ size: number; note: string }>(
    'select size, note from log_checkpoints where organization_id = $1 order by size',
    [organizationId],
  );
  // Read after the checkpoints: both can only have grown since.
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

/** Runs `disturb` while events are appended, lets the signer catch up, then compares everything. */
async function torture(
  kind: string,
  done: Record<string, number>,
  disturb: () => Promise<void>,
): Promise<void> {
  let stopped = false;
  const appending = appendUntil(() => stopped);
  await disturb();
  stopped = true;
  await appending;
  const last = startSigner();
  const { rows } = await field.db.pool.query<{ size: number }>(
    'select size from log_heads where organization_id = $1',
    [organizationId],
  );
  const size = rows[0]?.size ?? 0;
  const { pool } = field.db;
  const { ownerUrl } = database;
  await checkSigned({ pool, ownerUrl, organizationId, dataDir: field.dataDir }, size);
  const checkpoints = await checkCheckpoints();
  await end(last, 'SIGTERM');
  report(kind, {
    ...done,
    'events signed': size,
    checkpoints,
    'sizes with two roots, or beyond the trail': 0,
  });
}

describe('one root is signed for each size, and none beyond the trail', () => {
  test('whenever the signer is killed', { timeout: timeoutMs }, () =>
    torture(
      'signer killed',
      {
        [`kills at ${crashPoints.length} points`]: counts.signerKillsPerPoint * crashPoints.length,
        'kills at any moment': counts.signerKills,
      },
      async () => {
        for (let round = 0; round < counts.signerKillsPerPoint; round += 1) {
          for (const point of crashPoints) {
            // The state is rewritten once, when it is opened; signing happens in rounds.
            const nth = point.includes('rewr') ? 1 : 1 + Math.floor(Math.random() * 3);
            const signer = startSigner(`${point}:${nth}`);
            const [, signal] = (await once(signer, 'exit')) as [number, string];
            expect(signal, point).toBe('SIGKILL');
            await checkCheckpoints();
          }
        }
        for (let kill = 0; kill < counts.signerKills; kill += 1) {
          const signer = startSigner();
          await signsOn();
          await randomMoment();
          await end(signer, 'SIGKILL');
          await checkCheckpoints();
        }
      },
    ),
  );

  test('when one of two loses its database connection', { timeout: timeoutMs }, () =>
    torture('one of two signers cut off', { times: counts.signerDisconnects }, async () => {
      const both = [startSigner(), startSigner()];
      for (let time = 0; time < counts.signerDisconnects; time += 1) {
        await signsOn();
        await randomMoment();
        await cutOff();
      }
      await signsOn();
      await Promise.all(both.map((signer) => end(signer, 'SIGTERM')));
    }),
  );

  test('when one is suspended, replaced, and resumed', { timeout: timeoutMs }, () =>
    torture('a signer overtaken', { times: counts.signerStandstills }, async () => {
      let holder = startSigner();
      await signsOn();
      let waiter = startSigner();
      for (let time = 0; time < counts.signerStandstills; time += 1) {
        await randomMoment();
        holder.kill('SIGSTOP');
        await cutOff();
        await signsOn();
        holder.kill('SIGCONT');
        await signsOn();
        [holder, waiter] = [waiter, holder];
      }
      await Promise.all([end(holder, 'SIGTERM'), end(waiter, 'SIGTERM')]);
    }),
  );
});
