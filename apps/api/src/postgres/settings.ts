/** The embedded server's settings: durable, with little logging, sized by the machine's memory. */

import { totalmem } from 'node:os';

export type Settings = Record<string, string | number>;

const megabytes = 1024 * 1024;

/** Durability is not weakened: fsync, full_page_writes and synchronous_commit keep their default, on. */
export function defaultSettings(): Settings {
  const memoryMb = Math.floor(totalmem() / megabytes);
  return {
    max_connections: 200,
    shared_buffers: `${clamp(memoryMb / 8, 32, 256)}MB`,
    effective_cache_size: `${clamp(memoryMb / 4, 128, 4096)}MB`,
    work_mem: '8MB',
    maintenance_work_mem: `${clamp(memoryMb / 32, 16, 128)}MB`,
    max_wal_size: '2GB',
    checkpoint_timeout: '15min',
    random_page_cost: 1.1,
    // Queries read few rows: JIT compilation and parallel workers cost more than they save.
    jit: 'off',
    max_parallel_workers_per_gather: 0,
    timezone: 'UTC',
    log_timezone: 'UTC',
    log_checkpoints: 'off',
    log_line_prefix: '%m [%p] ',
    // A failing statement's text and details may contain personal data, which must not be logged.
    log_min_error_statement: 'panic',
    log_error_verbosity: 'terse',
    // Only the supervisor restarts the server after a crash: a server that restarts itself on a full disk may wait for
    // its own checkpointer forever.
    restart_after_crash: 'off',
    // Notices a client that was killed while it waited for a lock.
    client_connection_check_interval: '10s',
  };
}

/** The settings as command-line arguments of `postgres`. */
export function settingArguments(settings: Settings): string[] {
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

function clamp(value: number, min: number, max: number): number {
  return Math.round(Math.min(Math.max(value, min), max));
}
