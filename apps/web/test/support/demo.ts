/** Seeds the demo once per run. Each test's Portal starts on a copy of it. */

import type { TestProject } from 'vitest/node';
import { makeDataDir, removeDataDir } from './data-dir.ts';
import { runService } from './run-service.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** A DATA_DIR that no service is using. */
    demoDataDir: string;
  }
}

export default async function setup(project: TestProject): Promise<() => void> {
  const dataDir = makeDataDir();
  const service = await runService(dataDir);
  await service.stop();
  project.provide('demoDataDir', dataDir);
  return () => removeDataDir(dataDir);
}
