/** Starts the service: configuration, database, signer, server, demo; stops it in the opposite order. */

import { pino } from 'pino';
import { serializeError } from './access/serialize-error.ts';
import { loadConfig } from './config.ts';
import { startService } from './service.ts';

// Standard output carries the one line that people wait for; everything else goes to standard error.
const log = pino(
  {
    level: process.env['NODE_ENV'] === 'test' ? 'warn' : 'info',
    serializers: { err: serializeError },
  },
  pino.destination(2),
);

try {
  const service = await startService(loadConfig(process.env), log);
  process.stdout.write(`${service.greeting}\n`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      log.info({ signal }, 'stopping');
      void service.stop().then(() => process.exit(0));
    });
  }
} catch (error) {
  log.fatal({ err: error }, 'could not start');
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
