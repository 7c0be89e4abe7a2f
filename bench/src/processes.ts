/** CPU time and memory of processes, from Linux' /proc. */

import { readdirSync, readFileSync } from 'node:fs';

/** USER_HZ, which is 100 on every Linux. */
const ticksPerSecond = 100;
const pageBytes = 4096;

/** CPU seconds of a process, user and system. */
export function cpuOf(pid: number): number {
  const { user, system } = statOf(pid);
  return (user + system) / ticksPerSecond;
}

/** CPU seconds of a process and its children, including those that have exited. */
export function cpuOfFamily(pid: number): number {
  const { user, system, endedChildren } = statOf(pid);
  const children = childrenOf(pid).reduce((sum, child) => sum + cpuOf(child), 0);
  return children + (user + system + endedChildren) / ticksPerSecond;
}

/** Resident memory in bytes. */
export function memoryOf(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * pageBytes;
}

export function parentOf(pid: number): number {
  return statOf(pid).parent;
}

export function childrenOf(pid: number): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((other) => other > 0 && parentOrNone(other) === pid);
}

/** A process may exit while the list is read. */
function parentOrNone(pid: number): number | undefined {
  try {
    return parentOf(pid);
  } catch {
    return undefined;
  }
}

function statOf(pid: number) {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // Skips the name, which is in parentheses and may contain spaces.
  const fields = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  const [parent = 0, user = 0, system = 0, endedUser = 0, endedSystem = 0] = [
    1, 11, 12, 13, 14,
  ].map((place) => fields[place]);
  return { parent, user, system, endedChildren: endedUser + endedSystem };
}
