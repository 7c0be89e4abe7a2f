/** Events that could not be sent before the process ended: kept in a file, sent at the next start under their ids. */

import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { NotSentError, type SentEvent } from '@liblab/audit-sdk';
import type { Audit } from './app.ts';

/**
 * The file stays as it is until the process ends: after a kill all of it is sent again, and the ids make that harmless.
 * Events of more than seven days need a key with the scope `import`.
 */
export function resendUnsent(audit: Audit, file: string): void {
  if (!existsSync(file)) return;
  for (const line of readFileSync(file, 'utf8').split('\n').filter(Boolean)) {
    const event = JSON.parse(line) as SentEvent;
    void audit.emit(event.type as Parameters<Audit['emit']>[0], event as never);
  }
}

/** Closes the client; what it hands back is all that is unsent, also of what the file held before. */
export async function closeAndKeepUnsent(
  audit: Audit,
  file: string,
  timeoutMs: number,
): Promise<void> {
  try {
    await audit.close({ timeoutMs });
    rmSync(file, { force: true });
  } catch (error) {
    if (!(error instanceof NotSentError)) throw error;
    const lines = error.events.map((event) => `${JSON.stringify(event)}\n`);
    writeFileSync(`${file}.new`, lines.join(''), { mode: 0o600 });
    renameSync(`${file}.new`, file);
  }
}
