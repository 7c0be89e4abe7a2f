/** The embedded database's password, port and folder, in a file in DATA_DIR that only its owner can read. */

import { randomBytes } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface State {
  password: string;
  /** The port of the last start; used again if it is free. */
  port?: number;
  /** The database's folder when it could not be stored in DATA_DIR. */
  elsewhere?: string;
}

const fileOf = (dataDir: string) => join(dataDir, 'postgres.json');

/**
 * The recorded state, or a new one on the first start.
 *
 * @throws Error when the file is unreadable
 */
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

/** Replaces the file atomically: a crash leaves the old or the new one. */
export function writeState(dataDir: string, state: State): void {
  const draft = `${fileOf(dataDir)}.new`;
  writeFileSync(draft, `${JSON.stringify(state)}\n`, { mode: 0o600, flush: true });
  renameSync(draft, fileOf(dataDir));
}
