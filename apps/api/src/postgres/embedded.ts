/** The embedded PostgreSQL: created, started, supervised and stopped by the service. */

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
  /** Contains the database, or records its folder when root's database account cannot reach DATA_DIR. */
  dataDir: string;
  log?: EmbeddedPostgresLog;
  /** Override the server's settings (`fsync: 'off'` in tests). An adopted server keeps its own. */
  settings?: Settings;
  /** Restart the server when it dies; default true. */
  supervise?: boolean;
  /** How long to wait while another process on the same DATA_DIR is stopping; default 10 s. */
  lockPatienceMs?: number;
}

export interface EmbeddedPostgresLog {
  info(detail: object, message: string): void;
  warn(detail: object, message: string): void;
}

export interface EmbeddedPostgres {
  /** Connects as the owner of cluster and database, through the Unix socket if there is one. */
  ownerUrl: string;
  /** The folder of the Unix socket, or 127.0.0.1. */
  host: string;
  port: number;
  database: string;
  user: string;
  password: string;
  /** True when the server was already running because the process that started it was killed. */
  adopted: boolean;
  /** The pid of the server's main process; undefined between a crash and the restart. */
  pid(): number | undefined;
  /** Stops the server and unlocks DATA_DIR. Connected clients are disconnected. */
  stop(): Promise<void>;
}

const pollMs = 250;
const backoffMsMax = 5_000;

/**
 * Starts the server of a DATA_DIR and creates the database on the first start.
 *
 * @throws Error when DATA_DIR is in use, or when the server does not start (with the end of its log)
 */
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
    // Before initdb: a cluster whose password is lost is useless.
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
    const supervisor = supervise(server, options, () =>
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
      pid: supervisor.pid,
      async stop() {
        await supervisor.stop();
        unlock();
      },
    };
  } catch (error) {
    unlock();
    throw error;
  }
}

/**
 * The owner's URL of the database in a DATA_DIR, for a command that runs beside the service. Undefined when no database
 * was ever started there. The server may not be running.
 */
export function recordedOwnerUrl(dataDir: string): string | undefined {
  const recorded = readRecorded(dataDir);
  return recorded && urlOf(recorded.address, recorded.password);
}

/**
 * Connects to the database of a DATA_DIR: uses the running server, or starts one.
 *
 * @throws Error when there is no database
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

/** Checks four times a second that the process is alive, which reads one small file, and restarts it when it is not. */
function supervise(
  first: Server,
  { supervise: restarts = true, log }: EmbeddedPostgresOptions,
  restart: () => Promise<Server>,
) {
  let server = first;
  let identity = identityOf(server.pid);
  let stopping: Promise<void> | undefined;
  let restarting: Promise<void> | undefined;
  const isRunning = () => identity !== undefined && identityOf(server.pid) === identity;

  async function restartServer(): Promise<void> {
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
    restarting = restartServer().finally(() => (restarting = undefined));
  }, pollMs);
  if (!restarts) clearInterval(timer);
  timer.unref();

  // A process that exits without stop() still stops its server; only a killed process leaves it running.
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
