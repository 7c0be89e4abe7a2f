/** What must outlive the process to reach its database again: one file in DATA_DIR that only its owner reads. */

import { randomBytes } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface State {
  password: string;
  /** The port of the last start, kept as long as it is free. */
  port?: number;
  /** Set when the database could not live in DATA_DIR: the folder where it lives instead. */
  elsewhere?: string;
}

const fileOf = (dataDir: string) => join(dataDir, 'postgres.json');

/** The state that an earlier start recorded, else a new one. */
export function readState(dataDir: string): State {
  try {
    return JSON.parse(readFileSync(fileOf(dataDir), 'utf8')) as State;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      return { password: randomBytes(24).toString('hex') };
    }
    throw new Error(
      `${fileOf(dataDir)} is unreadable. Restore it, or set DATA_DIR to an empty folder.`,
      {
        cause: error,
      },
    );
  }
}

/** Replaces the file in one step: a crash leaves the old or the new one. */
export function writeState(dataDir: string, state: State): void {
  const draft = `${fileOf(dataDir)}.new`;
  writeFileSync(draft, `${JSON.stringify(state)}\n`, { mode: 0o600, flush: true });
  renameSync(draft, fileOf(dataDir));
}
