import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDatabase } from '../../src/db/database.ts';
import { borrowEmbeddedPostgres } from '../../src/postgres/embedded.ts';
import { npmStart, type WholeService } from '../support/npm-start.ts';
import { checkWritten } from './check-written.ts';
import { counts, report, timeoutMs } from './counts.ts';
import { freePort, randomMoment } from './field.ts';
import { startWriting } from './writing.ts';

let dataDir: string;
let service: WholeService | undefined;
beforeAll(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'audit-kill-everything-'));
});
afterAll(async () => {
  await service?.kill();
  rmSync(dataDir, { recursive: true, force: true });
});

/** What outlives a kill, in turn. */
const spared = [undefined, 'postgres', 'signer'] as const;

test(
  'everything killed while it writes, npm start is ready again',
  { timeout: timeoutMs },
  async () => {
    const port = await freePort();
    service = await npmStart(dataDir, port);
    const { url } = service;
    const foreign = await readDatabase(async ({ pool }) => {
      const { rows } = await pool.query<{ id: string }>('select id from audit_events');
      return new Set(rows.map(({ id }) => id));
    });
    const apiKey = readFileSync(join(dataDir, 'demo-key'), 'utf8').trim();
    const writing = startWriting({ urls: [url], apiKey });
    for (let start = 0; start < counts.startsAfterKill; start += 1) {
      await writing.progress();
      await randomMoment();
      await service.kill(spared[start % spared.length]);
      service = await npmStart(dataDir, port);
    }
    const ledger = await writing.stop();
    expect(ledger.reported).toEqual(new Set());
    const facts = await readDatabase(async ({ pool }, ownerUrl) => {
      const { rows } = await pool.query<{ organization_id: string }>(
        'select organization_id from audit_events where id = $1',
        [[...ledger.acknowledged.keys()][0]],
      );
      const organizationId = rows[0]?.organization_id ?? '';
      return checkWritten({ pool, ownerUrl, organizationId, dataDir, foreign }, ledger);
    });
    await service.stop();
    service = undefined;
    report('everything killed, npm start', {
      'starts, all ready': counts.startsAfterKill,
      ...facts,
    });
  },
);

async function readDatabase<Result>(
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
