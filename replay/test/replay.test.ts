import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { replayFile, surveyFile, type Totals } from '@examples/replay';
import type { TrailEvent } from '@liblab/audit-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { prepareOrganizations, withKey } from '../src/prepare-tenants.ts';
import { openDatabase, type Database } from '@liblab/audit-api/db/database';
import { createUser } from '@liblab/audit-api/portal/accounts/create-user';
import { createKey } from '@liblab/audit-api/portal/keys/create-key';
import { startApiProcess, type ApiProcess } from '@liblab/audit-api/test-support/api-process';
import { checkTrail } from '@liblab/audit-api/test-support/check-trail';
import { freePort } from '@liblab/audit-api/test-support/free-port';
import { startTestApp, type TestApp } from '@liblab/audit-api/test-support/test-app';
import {
  createTestDatabase,
  type TestDatabase,
} from '@liblab/audit-api/test-support/test-database';

const folder = mkdtempSync(join(tmpdir(), 'audit-replay-'));
const port = await freePort();
let database: TestDatabase;
let db: Database;

beforeAll(async () => {
  database = await createTestDatabase();
  db = openDatabase({ url: database.apiUrl });
});

afterAll(async () => {
  await db.close();
  await database[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

function write(name: string, lines: readonly string[]): string {
  const file = join(folder, name);
  writeFileSync(file, lines.join('\n'));
  return file;
}

/** Steps of loan applications with the same timestamp: only the order of the trail tells theirs. */
const loanSteps = (application: string, count: number) =>
  Array.from({ length: count }, (_, i) =>
    JSON.stringify({
      case: application,
      i,
      time: '2011-10-01T00:38:44.546+02:00',
      action: 'W_Nabellen offertes',
      lifecycle: 'START',
      actor: String(i % 7),
    }),
  );

const awsCall = (n: number, account: string) =>
  JSON.stringify({
    eventID: `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
    eventTime: '2026-01-31T09:30:00Z',
    eventSource: 's3.amazonaws.com',
    eventName: 'ListBuckets',
    awsRegion: 'eu-west-1',
    sourceIPAddress: '203.0.113.7',
    userIdentity: { type: 'IAMUser', arn: 'arn:aws:iam::111122223333:user/ada' },
    recipientAccountId: account,
  });

describe('a file replayed through the SDK', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp(database);
  });
  afterAll(() => app[Symbol.asyncDispose]());

  /** Stops after this many stored lines, like ctrl-C. */
  async function replay(file: string, untilStored = Infinity) {
    const survey = await surveyFile(file);
    const [tenant] = survey.tenants;
    const interruption = new AbortController();
    const { signal } = interruption;
    await prepareOrganizations(db, survey.tenants, undefined, signal);
    const notStored: string[] = [];
    const onProgress = ({ recorded }: Totals) => {
      if (recorded >= untilStored) interruption.abort();
    };
    const key = { name: 'Replay', organizationIds: [tenant?.organizationId ?? ''] };
    const totals = await withKey(db, key, (apiKey) =>
      replayFile(survey, {
        url: app.url,
        apiKey,
        signal,
        onProgress,
        onNotStored: (line, reason) => notStored.push(`${line} ${reason}`),
      }),
    );
    return { totals, notStored, organizationId: tenant?.organizationId ?? '' };
  }

  test('stands in its own order, and a second time changes nothing', async () => {
    const file = write('order.jsonl', loanSteps('ordered', 2_500));
    const { totals, organizationId } = await replay(file);
    expect(totals).toEqual({ recorded: 2_500, duplicates: 0, notStored: 0 });
    const { ids } = await checkTrail(db.pool, organizationId);
    const again = await replay(file);
    expect(again.totals).toEqual({ recorded: 0, duplicates: 2_500, notStored: 0 });
    expect((await checkTrail(db.pool, organizationId)).ids).toEqual(ids);
    const { rows } = await db.pool.query<{ disclosures: string }>(
      'select disclosures from audit_events where organization_id = $1 order by seq',
      [organizationId],
    );
    const steps = rows.map(({ disclosures }) => /"step":(\d+)/.exec(decoded(disclosures))?.[1]);
    expect(steps).toEqual(Array.from({ length: 2_500 }, (_, i) => String(i)));
  });

  test('that is interrupted is gone on with the next time', async () => {
    const file = write('interrupted.jsonl', loanSteps('interrupted', 6_000));
    const first = await replay(file, 1);
    const stored = first.totals.recorded;
    expect(first.totals.notStored).toBe(0);
    expect(stored).toBeGreaterThan(0);
    expect(stored).toBeLessThan(6_000);
    const second = await replay(file);
    expect(second.totals).toEqual({ recorded: 6_000 - stored, duplicates: stored, notStored: 0 });
  });

  test('reports each invalid line with its reason, and stores the others', async () => {
    const [first = '', second = '', third = ''] = loanSteps('spoilt', 3);
    const { totals, notStored } = await replay(
      write('spoilt.jsonl', [
        first,
        '{"case": "spoilt",',
        second.replace('"i":1', '"i":"one"'),
        third.replace('W_Nabellen offertes', 'A_FORGOTTEN'),
        third.replace('2011-10-01', '2011-13-01'),
        third,
      ]),
    );
    expect(totals).toEqual({ recorded: 2, duplicates: 0, notStored: 4 });
    expect(notStored.toSorted()).toEqual([
      '2 LineError: is not valid JSON',
      expect.stringMatching(/^3 LineError: is not a record of Loan applications: \$\.i /),
      expect.stringMatching(/^4 InvalidEventError: .*loan\.application_forgotten/),
      expect.stringMatching(/^5 InvalidEventError: \$\.occurredAt must be a valid/),
    ]);
  });

  test('stops when the service does not know the key', async () => {
    const survey = await surveyFile(write('key.jsonl', loanSteps('key', 6_000)));
    const totals = await replayFile(survey, {
      url: app.url,
      apiKey: `llat_${'x'.repeat(43)}`,
      signal: AbortSignal.any([]),
      onProgress: () => {},
      onNotStored: () => {},
    });
    expect(totals.stoppedBy).toMatch(/^AuthenticationError: The key is not valid/);
    expect(totals.recorded).toBe(0);
    expect(totals.notStored).toBeLessThan(6_000);
  });
});

const decoded = (disclosures: string) =>
  disclosures
    .split('~')
    .map((disclosure) => Buffer.from(disclosure, 'base64url').toString())
    .join('');

/** Runs what `npm run replay` runs. */
function command(...args: string[]) {
  const script = join(import.meta.dirname, '../src/main.ts');
  const child = spawn(process.execPath, ['--conditions=@liblab/source', script, ...args], {
    env: {
      ...process.env,
      DATABASE_URL: database.ownerUrl,
      DATA_DIR: folder,
      PORT: String(port),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => (said.stdout += String(chunk)));
  child.stderr.on('data', (chunk) => (said.stderr += String(chunk)));
  const ended = once(child, 'close').then(([code]) => ({ code: code as number, ...said }));
  return { child, ended };
}

const run = (...args: string[]) => command(...args).ended;

async function startApi(env: Record<string, string> = {}): Promise<ApiProcess> {
  const api = await startApiProcess({
    databaseUrl: database.ownerUrl,
    dataDir: folder,
    port,
    env,
  });
  // A failed test leaves no process behind.
  onTestFinished(api.stop);
  return api;
}

async function liveKeys(): Promise<number> {
  const { rowCount } = await db.pool.query(
    'select from key_organizations where revoked_at is null',
  );
  return rowCount ?? 0;
}

describe('npm run replay', () => {
  test('says what is missing and what to do', async () => {
    const file = write('steps.jsonl', loanSteps('missing', 1));
    const refusals = await Promise.all([run(), run(join(folder, 'none')), run(file)]);
    expect(refusals.map(({ code }) => code)).toEqual([1, 1, 1]);
    expect(refusals.map(({ stderr }) => stderr)).toEqual([
      'Name the files: npm run replay -- [--owner <e-mail>] <file>...\n',
      expect.stringContaining('none does not exist. Pass a path'),
      expect.stringMatching(
        /^No service answers at http:\/\/127\.0\.0\.1:\d+\. Start it with npm start/,
      ),
    ]);
  });

  test('gives each tenant an organisation and its owner, and stores types that the service learns later', async () => {
    const { id: ownerId } = await createUser({ db, clock: Date.now }, null, {
      email: 'ada@exciting.soda',
      name: 'Ada',
      password: 'correct horse battery',
      emailVerified: true,
    });
    const file = write('calls.jsonl', [
      awsCall(1, '111122223333'),
      awsCall(2, '444455556666'),
      awsCall(2, '444455556666'),
      '{"eventID":',
    ]);
    const before = await liveKeys();
    const organizationIds = (await surveyFile(file)).tenants.map((tenant) => tenant.organizationId);
    let api = await startApi();
    const first = await run('--owner', 'ada@exciting.soda', file);
    expect(first).toEqual({
      code: 1,
      stdout: expect.stringMatching(
        /^calls\.jsonl: AWS CloudTrail, 4 lines; organisations: 2 \(2 new\), such as AWS 111122223333\n2 recorded, 1 duplicates, 1 not stored in /,
      ),
      stderr: 'not stored: line 4: LineError: is not valid JSON\n',
    });
    const { rows } = await db.pool.query<{ organization_id: string }>(
      "select organization_id from members where user_id = $1 and role = 'owner'",
      [ownerId],
    );
    expect(rows.map((row) => row.organization_id).toSorted()).toEqual(organizationIds.toSorted());
    expect(await liveKeys()).toBe(before);

    const reader = await createKey({ db, clock: Date.now }, null, {
      name: 'Reader',
      scopes: ['read'],
      organizationIds,
    });
    const read = async () => {
      const input = encodeURIComponent(JSON.stringify({ organizationId: organizationIds[0] }));
      const answer = await fetch(`${api.url}/trpc/events.list?input=${input}`, {
        headers: { authorization: `Bearer ${reader.secret}` },
      });
      const { result } = (await answer.json()) as { result: { data: { events: TrailEvent[] } } };
      return result.data.events;
    };
    const [unknown] = await read();
    expect(unknown).toMatchObject({ type: 'aws.s3.listbuckets', known: false });
    await api.stop();
    api = await startApi({ AUDIT_CATALOGUE: '@examples/event-catalogues' });
    expect(await read()).toEqual([{ ...unknown, known: true }]);
    expect(await run(file)).toMatchObject({
      stdout: expect.stringContaining('0 recorded, 3 duplicates, 1 not stored'),
    });
  });

  test('ends at ctrl-C with its key revoked, and says how to go on', async () => {
    const file = write('long.jsonl', loanSteps('long', 30_000));
    const before = await liveKeys();
    await startApi();
    const { child, ended } = command(file);
    await expect.poll(liveKeys).toBe(before + 1);
    child.kill('SIGINT');
    const { code, stdout } = await ended;
    expect(code).toBe(130);
    expect(stdout).toMatch(/Interrupted; [\d,]+ lines were not read\. Run it again to go on\.\n$/);
    expect(await liveKeys()).toBe(before);
  });
});

const cloudTrail = join(
  process.env['AUDIT_FOREIGN_DATA'] ?? '',
  'replay/cloudtrail-sans504.jsonl.gz',
);

/** A tenth of them; `npm run torture` replays all. */
const linesMax = process.env['AUDIT_TORTURE'] === 'much' ? Infinity : 3_000;

describe.skipIf(!process.env['AUDIT_FOREIGN_DATA'] || !existsSync(cloudTrail))(
  'AUDIT_FOREIGN_DATA: CloudTrail, delivered several times over',
  () => {
    test('leaves each event once, in a log that verifies', { timeout: 600_000 }, async () => {
      const lines = gunzipSync(readFileSync(cloudTrail))
        .toString()
        .split('\n')
        .filter((line) => line !== '')
        .slice(0, linesMax);
      const unique = new Set(
        lines.map((line) => (JSON.parse(line) as { eventID: string }).eventID),
      );
      const file = write('cloudtrail.jsonl', lines);
      await startApi({ AUDIT_CATALOGUE: '@examples/event-catalogues' });
      const number = new Intl.NumberFormat('en');
      const duplicates = number.format(lines.length - unique.size);
      expect(await run(file)).toMatchObject({
        code: 0,
        stdout: expect.stringContaining(
          `${number.format(unique.size)} recorded, ${duplicates} duplicates, 0 not stored`,
        ),
      });
      const [tenant] = (await surveyFile(file)).tenants;
      const { size, ids } = await checkTrail(db.pool, tenant?.organizationId ?? '');
      expect([size, new Set(ids).size]).toEqual([unique.size, unique.size]);
    });
  },
);
