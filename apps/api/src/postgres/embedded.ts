/** PostgreSQL as part of the service: made, started, watched over and stopped by it. */

import { existsSync, mkdirSync, realpathSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { ensureCluster, owner } from './cluster.ts';
import { lockDataDir } from './data-dir-lock.ts';
import { findPlace, folderOf } from './place.ts';
import { database, probe, urlOf, type Address } from './probe.ts';
import { identityOf } from './process-identity.ts';
import { addressOf, ensureServer, sendSignal, stopServer, type Server } from './server.ts';
import { defaultSettings, type Settings } from './settings.ts';
import { readState, writeState } from './state-file.ts';

export interface EmbeddedPostgresOptions {
  /** Everything lies below it, unless root's database cannot reach it; then it records where. */
  dataDir: string;
  log?: EmbeddedPostgresLog;
  /** Replace or add to the server's settings (`fsync: 'off'` in tests). A server that is adopted keeps its own. */
  settings?: Settings;
  /** Start the server again when it dies; default true. */
  supervise?: boolean;
  /** How long to wait for another process on the same DATA_DIR that is just stopping; default 10 s. */
  lockPatienceMs?: number;
}

export interface EmbeddedPostgresLog {
  info(detail: object, message: string): void;
  warn(detail: object, message: string): void;
}

export interface EmbeddedPostgres {
  /** Connects as the owner of cluster and database; through the unix socket where there is one. */
  ownerUrl: string;
  /** The folder of the unix socket, or 127.0.0.1. */
  host: string;
  port: number;
  database: string;
  user: string;
  password: string;
  /** The server had outlived its last starter and was found running. */
  adopted: boolean;
  /** Of the server's first process; undefined between a crash and the next start. */
  pid(): number | undefined;
  /** Stops the server and gives DATA_DIR free; clients that are still connected are cut off. */
  stop(): Promise<void>;
}

const pollMs = 250;
const backoffMsMax = 5_000;

/** @throws when DATA_DIR is in use, or with the end of the server's log when it does not start. */
export async function startEmbeddedPostgres(
  options: EmbeddedPostgresOptions,
): Promise<EmbeddedPostgres> {
  const startedAt = performance.now();
  mkdirSync(options.dataDir, { recursive: true, mode: 0o700 });
  const dataDir = realpathSync(options.dataDir);
  const unlock = await lockDataDir(dataDir, options.lockPatienceMs ?? 10_000);
  try {
    const state = readState(dataDir);
    const place = findPlace(dataDir, state);
    // Before initdb: a cluster whose password is lost is of no use.
    writeState(dataDir, state);
    await ensureCluster(place, state.password);
    const settings = { ...defaultSettings(), ...options.settings };
    const server = await ensureServer(place, state.password, settings, {
      port: state.port,
      fixed: false,
    });
    const { port, socketFolder, host } = server.address;
    if (state.port !== port) writeState(dataDir, { ...state, port });
    const durationMs = Math.round(performance.now() - startedAt);
    const what = {
      pid: server.pid,
      port,
      folder: place.folder,
      adopted: server.adopted,
      durationMs,
    };
    options.log?.info(what, 'the embedded database is ready');
    const watch = watchOver(server, options, () =>
      ensureServer(place, state.password, settings, { port, fixed: true }),
    );
    return {
      ownerUrl: urlOf(server.address, state.password),
      host: socketFolder ?? host,
      port,
      database,
      user: owner,
      password: state.password,
      adopted: server.adopted,
      pid: watch.pid,
      async stop() {
        await watch.stop();
        unlock();
      },
    };
  } catch (error) {
    unlock();
    throw error;
  }
}

/**
 * The owner's URL of the database that another process runs on this DATA_DIR, for a command beside the service.
 * Undefined when none was ever started there; whether it runs now, connecting shows.
 */
export function recordedOwnerUrl(dataDir: string): string | undefined {
  const recorded = readRecorded(dataDir);
  return recorded && urlOf(recorded.address, recorded.password);
}

/**
 * For a look at the database of a DATA_DIR: through the server that runs there, whoever started it, else through one of
 * its own.
 * @throws when there is no database
 */
export async function borrowEmbeddedPostgres(
  options: EmbeddedPostgresOptions,
): Promise<Pick<EmbeddedPostgres, 'ownerUrl' | 'stop'>> {
  const recorded = readRecorded(options.dataDir);
  if (!recorded) throw new Error(`There is no database in ${options.dataDir}.`);
  const { address, password } = recorded;
  if ((await probe(address, password)) === 'ready') {
    return { ownerUrl: urlOf(address, password), stop: async () => {} };
  }
  return startEmbeddedPostgres(options);
}

function readRecorded(dataDir: string): { address: Address; password: string } | undefined {
  if (!existsSync(dataDir)) return undefined;
  const state = readState(realpathSync(dataDir));
  if (state.port === undefined) return undefined;
  const folder = folderOf(realpathSync(dataDir), state);
  return { address: addressOf({ folder }, state.port), password: state.password };
}

/** Looks at the process four times a second, which costs one read of a small file, and starts it again if it is gone. */
function watchOver(
  first: Server,
  { supervise = true, log }: EmbeddedPostgresOptions,
  restart: () => Promise<Server>,
) {
  let server = first;
  let identity = identityOf(server.pid);
  let stopping: Promise<void> | undefined;
  let restarting: Promise<void> | undefined;
  const isRunning = () => identity !== undefined && identityOf(server.pid) === identity;

  async function startAgain(): Promise<void> {
    log?.warn({ pid: server.pid }, 'the embedded database died; restarting it');
    for (let backoffMs = pollMs; !stopping; backoffMs = Math.min(backoffMs * 2, backoffMsMax)) {
      try {
        server = await restart();
        identity = identityOf(server.pid);
        log?.info({ pid: server.pid }, 'the embedded database is running again');
        return;
      } catch (error) {
        log?.warn({ err: error, backoffMs }, 'could not restart the embedded database');
        await sleep(backoffMs, undefined, { ref: false });
      }
    }
  }

  const timer = setInterval(() => {
    if (restarting || isRunning()) return;
    restarting = startAgain().finally(() => (restarting = undefined));
  }, pollMs);
  if (!supervise) clearInterval(timer);
  timer.unref();

  // A process that exits without stop() takes its server along; only a killed one leaves it to be adopted.
  const onExit = () => {
    if (isRunning()) sendSignal(server.pid, 'SIGINT');
  };
  process.once('exit', onExit);

  return {
    pid: () => (isRunning() ? server.pid : undefined),
    stop(): Promise<void> {
      stopping ??= (async () => {
        clearInterval(timer);
        await restarting;
        if (isRunning()) await stopServer(server);
        process.off('exit', onExit);
      })();
      return stopping;
    },
  };
}
