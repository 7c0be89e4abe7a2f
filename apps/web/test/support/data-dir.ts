/** Creates, copies and removes the DATA_DIR of a test's service. */

import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export const makeDataDir = (): string => mkdtempSync(join(tmpdir(), 'audit-portal-'));

/** Copies a DATA_DIR that no service is using into an empty folder. File owners are kept, as Postgres requires. */
export function copyDataDir(from: string, to: string): void {
  copy(from, to);
  const state = readState(to);
  if (!state.elsewhere) return;
  const elsewhere = join(dirname(state.elsewhere), randomUUID());
  copy(state.elsewhere, elsewhere);
  writeFileSync(stateFile(to), JSON.stringify({ ...state, elsewhere }));
}

export function removeDataDir(folder: string): void {
  const { elsewhere } = readState(folder);
  if (elsewhere) rmSync(elsewhere, { recursive: true, force: true });
  rmSync(folder, { recursive: true, force: true });
}

/** Keeps owners and modes, which `fs.cp` does not. */
function copy(from: string, to: string): void {
  execFileSync('cp', ['-Rp', `${from}/.`, to]);
}

const stateFile = (folder: string) => join(folder, 'postgres.json');

/** `elsewhere` is the database's folder if it is outside DATA_DIR, because its account cannot enter DATA_DIR. */
function readState(folder: string): { elsewhere?: string } {
  const file = stateFile(folder);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as object) : {};
}
