/** Starts a Portal for one test file, and removes it after that. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inject } from 'vitest';
import { copyDataDir, makeDataDir, removeDataDir } from './data-dir.ts';
import { runService } from './run-service.ts';

export interface Portal extends AsyncDisposable {
  url: string;
  /** The demo organisation's service key, with all scopes. Throws without the demo. */
  readonly key: string;
}

/** @param options.demo false starts an empty Portal */
export async function startPortal({ demo = true } = {}): Promise<Portal> {
  const dataDir = makeDataDir();
  if (demo) copyDataDir(inject('demoDataDir'), dataDir);
  const service = await runService(dataDir, { demo });
  return {
    url: service.url,
    get key() {
      return readFileSync(join(dataDir, 'demo-key'), 'utf8').trim();
    },
    async [Symbol.asyncDispose]() {
      await service.stop();
      removeDataDir(dataDir);
    },
  };
}
