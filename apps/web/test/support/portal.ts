/** The whole service as `npm start` runs it: its own Postgres, its demo, on a free port, gone with the test. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const main = join(import.meta.dirname, '../../../api/src/main.ts');

export interface Portal extends AsyncDisposable {
  url: string;
  /** The demo organisation's service key, with all scopes; there is none without the demo. */
  readonly key: string;
}

/**
 * Without its demo it is empty.
 *
 * @throws when it does not get ready, with what it wrote to standard error
 */
export async function startPortal({ demo = true } = {}): Promise<Portal> {
  const dataDir = mkdtempSync(join(tmpdir(), 'audit-portal-'));
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
    get key() {
      return readFileSync(join(dataDir, 'demo-key'), 'utf8').trim();
    },
    async [Symbol.asyncDispose]() {
      service.kill('SIGTERM');
      await ended;
      rmSync(dataDir, { recursive: true, force: true });
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
