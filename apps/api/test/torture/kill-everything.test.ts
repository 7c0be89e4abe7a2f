import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDatabase } from '../../src/db/database.ts';
import { borrowEmbeddedPostgres } from '../../src/postgres/embedded.ts';
import { removeDataDir } from '../support/test-cluster.ts';
import { npmStart, type WholeService } from '../support/npm-start.ts';
import { checkWritten } from './check-written.ts';
import { counts, report, timeoutMs } from './counts.ts';
import { freePort } from '../support/free-port.ts';
import { randomMoment } from './field.ts';
import { startWriting } from './writing.ts';

let folder: string;
let port: number;
let service: WholeService | undefined;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'audit-kill-everything-'));
  port = await freePort();
});
afterAll(async () => {
  await service?.kill();
  for (const name of readdirSync(folder)) removeDataDir(join(folder, name));
  rmSync(folder, { recursive: true });
});

/** What survives the kill, in turn. */
const spared = [undefined, 'postgres', 'signer'] as const;

/** The approximate duration of a first start: secrets, database and demo. */
const firstStartMs = 6_000;

test('after everything is killed, npm start is ready again', { timeout: timeoutMs }, async () => {
  let dataDir = '';
  for (let start = 0; start < counts.firstStartsKilled; start += 1) {
    await service?.kill();
    dataDir = join(folder, `data-${start}`);
    const killed = npmStart(dataDir, port);
    await delay(Math.random() * firstStartMs);
    await killed.kill();
    service = npmStart(dataDir, port);
    await service.ready;
  }
  const foreign = await readDatabase(dataDir, async ({ pool }) => {
    const { rows } = await pool.query<{ id: string }>('select id from audit_events');
    return new Set(rows.map(({ id }) => id));
  });
  const apiKey = readFileSync(join(dataDir, 'demo-key'), 'utf8').trim();
  const writing = startWriting({ urls: [`http://127.0.0.1:${port}`], apiKey });
  for (let start = 0; start < counts.startsAfterKill; start += 1) {
    await writing.progress();
    await randomMoment();
    await service?.kill(spared[start % spared.length]);
    service = npmStart(dataDir, port);
    await service.ready;
  }
  const ledger = await writing.stop();
  expect(ledger.reported).toEqual(new Set());
  const facts = await readDatabase(dataDir, async ({ pool }, ownerUrl) => {
    const { rows } = await pool.query<{ organization_id: string }>(
      'select organization_id from audit_events where id = $1',
      [[...ledger.acknowledged.keys()][0]],
    );
    const organizationId = rows[0]?.organization_id ?? '';
    return checkWritten({ pool, ownerUrl, organizationId, dataDir, foreign }, ledger);
  });
  await service?.stop();
  service = undefined;
  report('everything killed, npm start', {
    'first starts killed': counts.firstStartsKilled,
    'kills while it writes': counts.startsAfterKill,
    'starts that were not ready': 0,
    ...facts,
  });
});

async function readDatabase<Result>(
  dataDir: string,
  read: (db: ReturnType<typeof openDatabase>, ownerUrl: string) => Promise<Result>,
): Promise<Result> {
  const { ownerUrl, stop } = await borrowEmbeddedPostgres({ dataDir });
  const db = openDatabase({ url: ownerUrl, role: 'audit_api' });
  try {
    return await read(db, ownerUrl);
  } finally {
    await db.close();
    await stop();
  }
}
