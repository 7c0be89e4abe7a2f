/** Locks a DATA_DIR for one process. The lock of a killed process is void. */

import { randomUUID } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createFile } from '../create-file.ts';
import { identityOf } from './process-identity.ts';

/**
 * Waits up to `patienceMs` for another process to stop, and returns a function that unlocks.
 *
 * @throws Error when another running process still holds the lock
 */
export async function lockDataDir(dataDir: string, patienceMs: number): Promise<() => void> {
  const file = join(dataDir, 'postgres.lock');
  const mine = JSON.stringify({ pid: process.pid, identity: identityOf(process.pid) });
  const deadline = Date.now() + patienceMs;
  while (!createFile(file, mine)) {
    const holder = readFile(file);
    if (holder === undefined) continue;
    const pid = livingHolder(holder);
    if (pid === undefined) removeStale(file, holder);
    else if (Date.now() < deadline) await sleep(100);
    else {
      throw new Error(
        `${dataDir} is in use by another process (pid ${pid}). Stop that process, or set another DATA_DIR and PORT.`,
      );
    }
  }
  return () => {
    if (readFile(file) === mine) rmSync(file, { force: true });
  };
}

function livingHolder(content: string): number | undefined {
  try {
    const { pid, identity } = JSON.parse(content) as { pid: number; identity: string };
    return identityOf(pid) === identity ? pid : undefined;
  } catch {
    return undefined;
  }
}

/** Renames the file before checking it again: if two processes find the same stale lock, neither removes a new one. */
function removeStale(file: string, stale: string): void {
  const aside = `${file}.${randomUUID()}`;
  try {
    renameSync(file, aside);
    if (readFile(aside) !== stale) linkSync(aside, file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT' && code !== 'EEXIST') throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

function readFile(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
