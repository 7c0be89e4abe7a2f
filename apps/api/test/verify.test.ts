import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { formatVerifierKey } from '@liblab/audit-core/log';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadSigningKeys, type SigningKeys } from '../src/signer/signing-keys.ts';
import { keysFor } from '../src/verification/read-trust.ts';
import { logOrigin, makeWorld, other, victim, type World } from './tampering/world.ts';
import { administer } from './support/test-cluster.ts';
import { copyTestDatabase } from './support/test-database.ts';

let world: World;
let folder: string;
let keyFile: string;

beforeAll(async () => {
  world = await makeWorld();
  folder = mkdtempSync(join(tmpdir(), 'verify-test-'));
  keyFile = writeKeys('log.vkey', world.keys);
});
afterAll(async () => {
  await world[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

/** What an outsider saved: the key lines that the log serves for another trail. */
function writeKeys(name: string, { log, witness }: SigningKeys): string {
  const trust = { logOrigin, log: log.publicKey, witness: witness.publicKey };
  const keys = keysFor(other, trust);
  const file = join(folder, name);
  const lines = [keys.log, ...(keys.witness ? [keys.witness] : [])].map(formatVerifierKey);
  writeFileSync(file, `${lines.join('\n')}\n`);
  return file;
}

/** Runs the command as an operator does, on a machine that has only the database's address. */
async function verify(args: string[], databaseUrl = world.database.verifierUrl) {
  const child = spawn(
    process.execPath,
    [
      '--conditions=@liblab/source',
      join(import.meta.dirname, '../src/commands/verify.ts'),
      ...args,
    ],
    {
      env: { PATH: process.env['PATH'], DATABASE_URL: databaseUrl, DATA_DIR: join(folder, 'data') },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const [out, err, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit') as Promise<[number]>,
  ]);
  return { code, out, err };
}

describe('npm run verify', () => {
  test('reports how far each trail is proven, and that its events are disclosed', async () => {
    const { code, out, err } = await verify(['--all', '--key', keyFile]);
    expect(err).toBe('');
    const lines = out.trim().split('\n');
    expect(lines).toEqual([
      expect.stringMatching(
        `^${victim}: sound. 603 events: 603 disclosed, 0 unexplained; proven to 600, 3 not proven, last signed 20`,
      ),
      expect.stringMatching(
        `^${other}: sound. 10 events: 10 disclosed, 0 unexplained; proven to 10, last signed 20`,
      ),
    ]);
    expect(code).toBe(0);
  });

  test('reports the first bad position with its kind, lists the others, and exits with 1', async () => {
    await using copy = await copyTestDatabase(world.database);
    await administer(copy.ownerUrl, (client) =>
      client.query(
        `update audit_events set outcome = 'f' where organization_id = '${victim}' and seq between 40 and 90;
         delete from audit_events where organization_id = '${victim}' and seq = 500`,
      ),
    );
    const { code, out } = await verify([victim, '--key', keyFile], copy.verifierUrl);
    const [verdict, first, ...lines] = out.trim().split('\n');
    expect(verdict).toMatch(
      /NOT SOUND, first at position 40: event\. 603 events: 602 disclosed, 1/,
    );
    expect(first).toBe('  position 40  event  The event does not match the log: outcome.');
    expect(lines).toContain(
      '  position 500  unexplained  The event is missing, but its entry exists.',
    );
    expect(lines.at(-1)).toBe('  and 31 more');
    expect(code).toBe(1);
  });

  test('trusts only the given key', async () => {
    const another = writeKeys('another.vkey', loadSigningKeys(join(folder, 'another'), true));
    const { code, out } = await verify([other, '--key', another]);
    expect(out).toContain('The published log key is not the trusted key.');
    expect(out).toContain('is not valid: The note is not signed by a known key.');
    expect(out).toContain('no valid checkpoint, 10 not proven');
    expect(code).toBe(1);
    expect((await verify([other])).err).toContain('No trusted key: pass --key <file>');
  });

  test('finds what a restored database has lost, with a kept checkpoint or the signer’s state', async () => {
    const kept = join(folder, 'checkpoint');
    await administer(world.database.ownerUrl, async (client) => {
      const { rows } = await client.query<{ note: string }>(
        'select note from log_checkpoints where organization_id = $1 order by size desc limit 1',
        [victim],
      );
      writeFileSync(kept, rows[0]?.note ?? '');
    });
    const restored = world.past.verifierUrl;
    expect((await verify([victim, '--key', keyFile], restored)).code).toBe(0);
    const state = join(folder, 'state');
    cpSync(world.stateFile, state);
    for (const option of [
      ['--checkpoint', kept],
      ['--state', state],
    ]) {
      const { code, out } = await verify([victim, '--key', keyFile, ...option], restored);
      expect(out).toContain(
        'position 256  missing  The trail ends at 256, but there is a root kept outside the database for size 600.',
      );
      expect(code).toBe(1);
    }
  });

  test('does not report an unknown trail as sound', async () => {
    const { code, err } = await verify(['00000000-0000-4000-8000-00000000dead', '--key', keyFile]);
    expect(err).toContain('No trail found for 00000000-0000-4000-8000-00000000dead.');
    expect(code).toBe(1);
  });
});

test.each([
  'select * from users',
  'select * from keys',
  'update log_heads set size = 0',
  'delete from audit_events',
  'insert into log_keys values (1)',
])('the verifier’s role cannot: %s', async (statement) => {
  const client = new Client({ connectionString: world.database.verifierUrl });
  await client.connect();
  await expect(client.query(statement)).rejects.toMatchObject({ code: '42501' });
  await client.end();
});
