/** Starts the service with one audit client, which is closed on shutdown. */

import { once } from 'node:events';
import { AuditClient } from '@liblab/audit-sdk';
import { createApp } from './app.ts';
import { catalogue } from './catalogue.ts';
import { closeAndSaveUnsent, resendUnsent } from './unsent-events.ts';

const { PORT = '4100', UNSENT_FILE = 'unsent-events.jsonl' } = process.env;
/** Must be shorter than the grace period between SIGTERM and SIGKILL. */
const closeTimeoutMs = 3_000;

// Reads the address and the key from AUDIT_URL and AUDIT_API_KEY.
const audit = new AuditClient({
  catalogue,
  service: 'webhooks',
  serviceVersion: '0.1.0',
  // Survives an outage overnight; the size of the queue stays bounded.
  giveUpAfterMs: 24 * 60 * 60 * 1_000,
  // Failures to record an event are logged; they must not fail requests or the process.
  onError: (error, event) =>
    process.stderr.write(`Event ${event.id} (${event.type}) not recorded: ${error.message}\n`),
});
resendUnsent(audit, UNSENT_FILE);

const server = createApp(audit).listen(Number(PORT), '127.0.0.1', (error) => {
  if (error) throw error;
  process.stdout.write(`Listening on http://127.0.0.1:${PORT}\n`);
});

async function stop(): Promise<void> {
  server.close();
  // Requests in flight may still emit events.
  await once(server, 'close');
  await closeAndSaveUnsent(audit, UNSENT_FILE, closeTimeoutMs);
}
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop());
