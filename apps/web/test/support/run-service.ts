/** The whole service as `npm start` runs it, with its own Postgres, on a free port. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const main = join(import.meta.dirname, '../../../../demo/src/main.ts');

/** @throws when it does not get ready, with what it wrote to standard error */
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
  let complaints = '';
  service.stderr.on('data', (chunk: Buffer) => (complaints += chunk.toString()));
  const url = await Promise.race([
    addressIn(createInterface(service.stdout)),
    ended.then(() => undefined),
  ]);
  if (!url) throw new Error(`The service ended before it was ready:\n${complaints}`);
  return {
    url,
    async stop() {
      service.kill('SIGTERM');
      await ended;
    },
  };
}

/** The first address that the service tells. */
async function addressIn(lines: AsyncIterable<string>): Promise<string | undefined> {
  for await (const line of lines) {
    const url = /http:\/\/[^\s]+/.exec(line)?.[0];
    if (url) return url;
  }
  return undefined;
}
