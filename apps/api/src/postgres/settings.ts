/** The server's settings: durable, quiet, and sized for a shared machine of two cores as well as for a small one. */

import { totalmem } from 'node:os';

export type Settings = Record<string, string | number>;

const megabytes = 1024 * 1024;

/** Nothing here weakens durability: fsync, full_page_writes and synchronous_commit stay as they are, on. */
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
    // Queries here read few rows: compiling them or spreading them over workers costs more than it saves.
    jit: 'off',
    max_parallel_workers_per_gather: 0,
    timezone: 'UTC',
    log_timezone: 'UTC',
    log_checkpoints: 'off',
    log_line_prefix: '%m [%p] ',
    // The text and details of a failing statement may hold personal data, which the log must not collect.
    log_min_error_statement: 'panic',
    log_error_verbosity: 'terse',
    // One way to start again after a crash, the supervisor's: a server that restarts within itself on a full disk may
    // wait for its own checkpointer for ever.
    restart_after_crash: 'off',
    // A client that was killed while waiting for a lock is noticed.
    client_connection_check_interval: '10s',
  };
}

/** As arguments of `postgres`. */
export function settingArguments(settings: Settings): string[] {
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

function clamp(value: number, min: number, max: number): number {
  return Math.round(Math.min(Math.max(value, min), max));
}
