/** Starts, adopts and stops the PostgreSQL server process. */

import { spawn } from 'node:child_process';
import {
  closeSync,
  existsSync,
  openSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { program } from './binaries.ts';
import { lastLines, serverEnvironment } from './cluster.ts';
import type { Place } from './place.ts';
import { probe, type Address } from './probe.ts';
import { commandOf, identityOf } from './process-identity.ts';
import { settingArguments, type Settings } from './settings.ts';

/** A server that responds. */
export interface Server {
  pid: number;
  address: Address;
  /** True when it was already running; another process started it. */
  adopted: boolean;
}

const host = '127.0.0.1';

/** A socket's path is limited to 107 bytes on Linux and 103 on macOS, including `/.s.PGSQL.65535`. */
const socketFolderBytesMax = 85;

/** A server that does not respond for this long has failed; a server that reports recovery may take as long as it needs. */
const responseTimeoutMs = 30_000;

/**
 * Finds the running server or starts one, and resolves when it responds. With `fixed`, the port must not change.
 *
 * @throws Error when the server does not respond or has another password, or with the end of its log when it fails to
 *   start
 */
export async function ensureServer(
  place: Place,
  password: string,
  settings: Settings,
  requested: { port: number | undefined; fixed: boolean },
): Promise<Server> {
  let silentSince = Date.now();
  for (;;) {
    const running = readPidFile(place);
    if (!running) break;
    const address = addressOf(place, running.port);
    const answer = await probe(address, password);
    if (answer === 'ready') return { pid: running.pid, address, adopted: true };
    if (answer === 'foreign') {
      throw new Error(passwordLost(place));
    }
    if (answer === 'busy') silentSince = Date.now();
    if (Date.now() - silentSince > responseTimeoutMs) {
      throw new Error(
        `The PostgreSQL server for ${place.data} (pid ${running.pid}) does not respond. Kill it and start again.`,
      );
    }
    await sleep(50);
  }
  return start(place, password, settings, requested);
}

async function start(
  place: Place,
  password: string,
  settings: Settings,
  requested: { port: number | undefined; fixed: boolean },
): Promise<Server> {
  rotateLog(place.logFile);
  let port = requested.port ?? (await freePort());
  let overTcp = true;
  const deadline = Date.now() + responseTimeoutMs;
  for (;;) {
    const address = addressOf(place, port);
    const failure = await launch(place, password, address, overTcp, settings);
    if (typeof failure === 'number') return { pid: failure, address, adopted: false };
    if (
      /could not bind|could not create any TCP\/IP sockets/.test(failure) &&
      Date.now() < deadline
    ) {
      // Another process uses the port. If clients already have the address, the server starts with its socket only.
      if (!requested.fixed) port = await freePort();
      else if (address.socketFolder) overTcp = false;
      else await sleep(500);
    } else if (/shared memory block/.test(failure) && Date.now() < deadline) {
      // Children of a killed server still hold its shared memory; they notice its death and exit.
      await sleep(200);
    } else if (/lock file .* is empty/.test(failure) && Date.now() < deadline) {
      await sleep(200);
      removeEmptyLocks(place);
    } else {
      throw new Error(
        `PostgreSQL did not start. Its log (${place.logFile}) ends with:\n${lastLines(failure)}`,
      );
    }
  }
}

/** Returns the pid once the server responds, or what it logged before it exited. */
async function launch(
  place: Place,
  password: string,
  address: Address,
  overTcp: boolean,
  settings: Settings,
): Promise<number | string> {
  const logged = existsSync(place.logFile) ? statSync(place.logFile).size : 0;
  const logFile = openSync(place.logFile, 'a', 0o600);
  const args = [
    '-D',
    place.data,
    ...settingArguments({
      ...settings,
      port: address.port,
      listen_addresses: overTcp ? host : '',
      unix_socket_directories: address.socketFolder ?? '',
      unix_socket_permissions: '0700',
    }),
  ];
  const child = spawn(program(place.binaries, 'postgres'), args, {
    ...place.account,
    cwd: place.folder,
    env: serverEnvironment(),
    // In its own session, so that Ctrl-C reaches only this process, which stops the server after its clients.
    detached: true,
    stdio: ['ignore', logFile, logFile],
    windowsHide: true,
  });
  closeSync(logFile);
  child.unref();
  let ended: Error | true | undefined;
  child.once('error', (error) => (ended = error)).once('exit', () => (ended = true));
  try {
    for (;;) {
      const answer = await probe(address, password);
      if (ended instanceof Error) return ended.message;
      if (ended) return readFileSync(place.logFile).subarray(logged).toString();
      if (answer === 'ready' && child.pid) return child.pid;
      if (answer === 'foreign') throw new Error(passwordLost(place));
      await sleep(15);
    }
  } catch (error) {
    if (child.pid && !ended) sendSignal(child.pid, 'SIGINT');
    throw error;
  }
}

const passwordLost = (place: Place) =>
  `The database in ${place.data} rejects the password in DATA_DIR/postgres.json. ` +
  'Restore that file, or set DATA_DIR to an empty folder.';

/**
 * Stops the server and resolves when it has exited. Connected clients are disconnected; their commits are kept.
 */
export async function stopServer({ pid }: Server): Promise<void> {
  const identity = identityOf(pid);
  if (!identity) return;
  const steps = [
    { signal: 'SIGINT', patienceMs: 30_000 },
    { signal: 'SIGQUIT', patienceMs: 5_000 },
    { signal: 'SIGKILL', patienceMs: 5_000 },
  ] as const;
  for (const { signal, patienceMs } of steps) {
    sendSignal(pid, signal);
    const deadline = Date.now() + patienceMs;
    while (Date.now() < deadline) {
      if (identityOf(pid) !== identity) return;
      await sleep(10);
    }
  }
}

/** Sends a signal to a process that may already have exited. */
export function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** The server named by its pid file, if it is running. */
function readPidFile(place: Place): { pid: number; port: number } | undefined {
  const file = join(place.data, 'postmaster.pid');
  if (!existsSync(file)) return undefined;
  const lines = readFileSync(file, 'utf8').split('\n');
  const pid = Number(lines[0]);
  // A server that started a few milliseconds ago has not written its port yet.
  const port = Number(lines[3]);
  const command = pid > 0 ? commandOf(pid) : undefined;
  if (command?.includes(place.data)) return { pid, port };
  if (command !== undefined && pid !== process.pid) disown(place, file, lines);
  return undefined;
}

/**
 * Replaces the pid in a dead server's pid file when another process (or a zombie) now has it, because PostgreSQL would
 * refuse to start. The file must stay: it holds the shared memory key by which a new server detects running children of
 * the old one. A server ignores its parent's pid, so that one is written.
 */
function disown(place: Place, file: string, lines: string[]): void {
  writeFileSync(file, [process.pid, ...lines.slice(1)].join('\n'));
  for (const name of readdirSync(place.folder)) {
    if (name.endsWith('.lock')) rmSync(join(place.folder, name));
  }
}

/**
 * A server that was killed after creating a lock file but before writing it leaves an empty one, and PostgreSQL refuses
 * to start on it. Removing it is safe: DATA_DIR's lock keeps other servers from starting at the same time.
 */
function removeEmptyLocks(place: Place): void {
  const locks = readdirSync(place.folder).filter((name) => name.endsWith('.lock'));
  for (const name of [...locks, 'data/postmaster.pid']) {
    const file = join(place.folder, name);
    if (existsSync(file) && statSync(file).size === 0) rmSync(file);
  }
}

/** The address through the Unix socket if its path is short enough, else over loopback. */
export function addressOf(place: Pick<Place, 'folder'>, port: number): Address {
  const fits =
    Buffer.byteLength(place.folder) <= socketFolderBytesMax && process.platform !== 'win32';
  return { host, port, ...(fits ? { socketFolder: place.folder } : {}) };
}

async function freePort(): Promise<number> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, host, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

/** Keeps one previous log. */
function rotateLog(file: string): void {
  if (existsSync(file) && statSync(file).size > 10 * 1024 * 1024) renameSync(file, `${file}.1`);
}
