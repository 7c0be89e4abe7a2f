/** The server process: started in a session of its own, adopted when it outlived its starter, stopped on demand. */

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

/** A server that answers. */
export interface Server {
  pid: number;
  address: Address;
  /** It ran already; another process started it. */
  adopted: boolean;
}

const host = '127.0.0.1';

/** A socket's path must fit into 107 bytes on Linux and 103 on macOS, `/.s.PGSQL.65535` included. */
const socketFolderBytesMax = 85;

/** A server that says nothing at all for so long is broken; one that says it is recovering gets all the time. */
const silenceMs = 30_000;

/**
 * Finds the running server or starts one, and resolves when it answers.
 * @throws with the end of the server's log when it does not start.
 */
export async function ensureServer(
  place: Place,
  password: string,
  settings: Settings,
  wanted: { port: number | undefined; fixed: boolean },
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
    if (Date.now() - silentSince > silenceMs) {
      throw new Error(
        `The PostgreSQL server for ${place.data} (pid ${running.pid}) does not respond. Kill it and start again.`,
      );
    }
    await sleep(50);
  }
  return start(place, password, settings, wanted);
}

async function start(
  place: Place,
  password: string,
  settings: Settings,
  wanted: { port: number | undefined; fixed: boolean },
): Promise<Server> {
  rotateLog(place.logFile);
  let port = wanted.port ?? (await freePort());
  let overTcp = true;
  const deadline = Date.now() + silenceMs;
  for (;;) {
    const address = addressOf(place, port);
    const failure = await launch(place, password, address, overTcp, settings);
    if (typeof failure === 'number') return { pid: failure, address, adopted: false };
    if (
      /could not bind|could not create any TCP\/IP sockets/.test(failure) &&
      Date.now() < deadline
    ) {
      // Somebody took the port. Where clients hold the address already, the socket goes on alone.
      if (!wanted.fixed) port = await freePort();
      else if (address.socketFolder) overTcp = false;
      else await sleep(500);
    } else if (/shared memory block/.test(failure) && Date.now() < deadline) {
      // Children of a killed server still hold its memory; they notice its death and end.
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

/** @returns the process's number once it answers, or what it logged before it ended. */
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
    // A session of its own: ctrl-C reaches this process alone, which stops the server after its clients.
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
 * Stops the server and resolves when it is gone. Clients that are still connected are cut off; what they committed
 * stays.
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

/** Sends a signal to a server that may have ended meanwhile. */
export function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** The server that its pid file names, if it lives. */
function readPidFile(place: Place): { pid: number; port: number } | undefined {
  const file = join(place.data, 'postmaster.pid');
  if (!existsSync(file)) return undefined;
  const lines = readFileSync(file, 'utf8').split('\n');
  const pid = Number(lines[0]);
  // It writes its port as it goes; a server that is a few milliseconds old has not done so.
  const port = Number(lines[3]);
  const command = pid > 0 ? commandOf(pid) : undefined;
  if (command?.includes(place.data)) return { pid, port };
  if (command !== undefined && pid !== process.pid) disown(place, file, lines);
  return undefined;
}

/**
 * The number in a dead server's pid file belongs to another process by now (or to a zombie), and PostgreSQL would
 * refuse to start. The file must not be removed: with it would go the key of the shared memory, by which a new server
 * sees that children of the old one still run. A server ignores its parent's number, so that is put in its place.
 */
function disown(place: Place, file: string, lines: string[]): void {
  writeFileSync(file, [process.pid, ...lines.slice(1)].join('\n'));
  for (const name of readdirSync(place.folder)) {
    if (name.endsWith('.lock')) rmSync(join(place.folder, name));
  }
}

/**
 * A server that was killed between making a lock file and writing it leaves one that no server ever starts over again.
 * One that is just starting fills its own at once, and DATA_DIR's lock keeps others from starting.
 */
function removeEmptyLocks(place: Place): void {
  const locks = readdirSync(place.folder).filter((name) => name.endsWith('.lock'));
  for (const name of [...locks, 'data/postmaster.pid']) {
    const file = join(place.folder, name);
    if (existsSync(file) && statSync(file).size === 0) rmSync(file);
  }
}

/** By its socket where the folder's path is short enough for one, else over loopback. */
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

/** The last log is kept; more is not. */
function rotateLog(file: string): void {
  if (existsSync(file) && statSync(file).size > 10 * 1024 * 1024) renameSync(file, `${file}.1`);
}
