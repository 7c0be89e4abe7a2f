/** Makes a file that appears whole or not at all: nobody reads half of it, whatever is killed or full meanwhile. */

import { randomUUID } from 'node:crypto';
import { linkSync, rmSync, writeFileSync } from 'node:fs';

/** Mode 0600, synced to disk. False when there is a file of this name already, which is left as it is. */
export function createFile(file: string, content: string | Uint8Array): boolean {
  const draft = `${file}.${randomUUID()}`;
  try {
    writeFileSync(draft, content, { mode: 0o600, flush: true });
    linkSync(draft, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  } finally {
    rmSync(draft, { force: true });
  }
}
