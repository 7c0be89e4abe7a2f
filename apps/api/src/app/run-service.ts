/** Runs the service as a process: the greeting on standard output, the log on standard error, a clean stop on a signal. */

import { pino } from 'pino';
import { loadConfig } from '../config.ts';
import { serializeError } from '../http/serialize-error.ts';
import { startService, type ServiceOptions } from './service.ts';

/** Ends the process with code 1 when the service cannot start. */
export async function runService(options: ServiceOptions = {}): Promise<void> {
  // Standard output carries the greeting alone.
  const log = pino(
    {
      level: process.env['NODE_ENV'] === 'test' ? 'warn' : 'info',
      serializers: { err: serializeError },
    },
    pino.destination(2),
  );
  try {
    const service = await startService(loadConfig(process.env), log, options);
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
}
