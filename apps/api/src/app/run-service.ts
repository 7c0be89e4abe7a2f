/** Runs the service as a process: prints the greeting on stdout, logs to stderr, stops cleanly on a signal. */

import { pino } from 'pino';
import { loadConfig } from '../config.ts';
import { serializeError } from '../http/serialize-error.ts';
import { startService, type ServiceOptions } from './service.ts';

/** Exits with code 1 when the service cannot start. */
export async function runService(options: ServiceOptions = {}): Promise<void> {
  // stdout is for the greeting only.
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
        void service.stop().then(
          () => process.exit(0),
          (error: unknown) => {
            log.fatal({ err: error }, 'could not stop cleanly');
            process.exit(1);
          },
        );
      });
    }
  } catch (error) {
    log.fatal({ err: error }, 'could not start');
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  }
}
