/** Runs the whole service as `npm start` does, with its own Postgres, on a free port. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';

const main = createRequire(import.meta.url).resolve('@liblab/audit-demo/main');

/** @throws when the service ends before it is ready, with its standard error */
export async function runService(
  dataDir: string,
  { demo = true } = {},
): Promise<{ url: string; stop(): Promise<void> }> {
  const { DATABASE_URL: _, ...env } = process.env;
  const service = spawn(process.execPath, ['--conditions=@liblab/source', main], {
    env: {
      ...env,
      ...(demo ? {} : { AUDIT_DEMO: '0' }),
      NODE_ENV: 'test',
      PORT: '0',
      HOST: '127.0.0.1',
      DATA_DIR: dataDir,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(service, 'exit');
  let errorOutput = '';
  service.stderr.on('data', (chunk: Buffer) => (errorOutput += chunk.toString()));
  const url = await Promise.race([
    findAddress(createInterface(service.stdout)),
    ended.then(() => undefined),
  ]);
  if (!url) throw new Error(`The service ended before it was ready:\n${errorOutput}`);
  return {
    url,
    async stop() {
      service.kill('SIGTERM');
      await ended;
    },
  };
}

/** The first address that the service prints. */
async function findAddress(lines: AsyncIterable<string>): Promise<string | undefined> {
  for await (const line of lines) {
    const url = /http:\/\/[^\s]+/.exec(line)?.[0];
    if (url) return url;
  }
  return undefined;
}
