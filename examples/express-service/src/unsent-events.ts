/** Saves unsent events to a file at shutdown, and sends them at the next start under the same ids. */

import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { NotSentError, type SentEvent } from '@liblab/audit-sdk';
import type { Audit } from './app.ts';

/**
 * Emits the events in the file. The file stays until a clean shutdown: after a crash all its events are sent again, and
 * their ids make that a no-op. Events older than seven days need a key with the scope `import`.
 */
export function resendUnsent(audit: Audit, file: string): void {
  if (!existsSync(file)) return;
  for (const line of readFileSync(file, 'utf8').split('\n').filter(Boolean)) {
    const event = JSON.parse(line) as SentEvent;
    void audit.emit(event.type as Parameters<Audit['emit']>[0], event as never);
  }
}

/** Closes the client and replaces the file's content by the events that are still unsent. */
export async function closeAndSaveUnsent(
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
