/** A service's DATA_DIR that a test makes, copies and removes. */

import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export const makeDataDir = (): string => mkdtempSync(join(tmpdir(), 'audit-portal-'));

/** What nothing runs on, into a folder that is empty; the database stays its account's own. */
export function copyDataDir(from: string, to: string): void {
  copy(from, to);
  const state = readState(to);
  if (!state.elsewhere) return;
  const elsewhere = join(dirname(state.elsewhere), randomUUID());
  copy(state.elsewhere, elsewhere);
  writeFileSync(stateFileOf(to), JSON.stringify({ ...state, elsewhere }));
}

export function removeDataDir(folder: string): void {
  const { elsewhere } = readState(folder);
  if (elsewhere) rmSync(elsewhere, { recursive: true, force: true });
  rmSync(folder, { recursive: true, force: true });
}

/** With owners and modes, which Node's own copying loses. */
function copy(from: string, to: string): void {
  execFileSync('cp', ['-Rp', `${from}/.`, to]);
}

const stateFileOf = (folder: string) => join(folder, 'postgres.json');

/** What names the database's folder, where the account of root's database cannot enter DATA_DIR. */
function readState(folder: string): { elsewhere?: string } {
  const file = stateFileOf(folder);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as object) : {};
}
