/** Identifies processes, also when a pid is reused or its process is a zombie. */

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Text that changes when the pid is reused; undefined when there is no such process, or only a zombie. */
export function identityOf(pid: number): string | undefined {
  if (!isAlive(pid)) return undefined;
  if (process.platform === 'linux') {
    const stat = readText(`/proc/${pid}/stat`);
    // The name in parentheses may contain anything. After it come the state (field 3) and the start time (field 22).
    const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (!fields || fields[0] === 'Z') return undefined;
    return `${readText('/proc/sys/kernel/random/boot_id')?.trim()} ${fields[19]}`;
  }
  return process.platform === 'win32' ? 'alive' : ps(pid, 'lstart=');
}

/** The command line; undefined when there is no such process, empty for a zombie. */
export function commandOf(pid: number): string | undefined {
  if (!isAlive(pid)) return undefined;
  if (process.platform === 'linux') return readText(`/proc/${pid}/cmdline`)?.replaceAll('\0', ' ');
  return ps(pid, 'command=');
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // The process ended after the check.
    return undefined;
  }
}

function ps(pid: number, format: string): string | undefined {
  try {
    return execFileSync('ps', ['-o', format, '-p', String(pid)], { encoding: 'utf8' }).trim();
  } catch {
    // ps exits with 1 when there is no such process.
    return undefined;
  }
}
