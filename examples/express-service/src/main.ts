/** The process: one audit client for all of it, closed when the process is asked to stop. */

import { once } from 'node:events';
import { AuditClient } from '@liblab/audit-sdk';
import { createApp } from './app.ts';
import { catalogue } from './catalogue.ts';
import { closeAndKeepUnsent, resendUnsent } from './unsent-events.ts';

const { PORT = '4100', UNSENT_FILE = 'unsent-events.jsonl' } = process.env;
/** Less than the time that whoever stops the process gives it. */
const closeWithinMs = 3_000;

// AUDIT_URL and AUDIT_API_KEY say where the trail is.
const audit = new AuditClient({
  catalogue,
  service: 'webhooks',
  serviceVersion: '0.1.0',
  // A trail that is away for a night costs no event; the client's memory is bounded all the same.
  giveUpAfterMs: 24 * 60 * 60 * 1_000,
  // Neither the request nor the process fails for want of the trail; what is not recorded is said, with its id.
  onError: (error, event) =>
    process.stderr.write(`event ${event.id} ${event.type} is not recorded: ${error.message}\n`),
});
resendUnsent(audit, UNSENT_FILE);

const server = createApp(audit).listen(Number(PORT), '127.0.0.1', (error) => {
  if (error) throw error;
  process.stdout.write(`webhooks are served at http://127.0.0.1:${PORT}\n`);
});

async function stop(): Promise<void> {
  server.close();
  // Requests under way emit, too.
  await once(server, 'close');
  await closeAndKeepUnsent(audit, UNSENT_FILE, closeWithinMs);
}
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop());
