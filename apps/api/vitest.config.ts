/** How the API's tests run: from the workspaces' sources, on one PostgreSQL for the whole run. */

import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: { conditions: ['@liblab/source'] },
  ssr: { resolve: { conditions: ['@liblab/source'] } },
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    globalSetup: ['test/support/test-cluster.ts'],
    maxWorkers: 2,
    // What comes soon comes later on a busy machine.
    expect: { poll: { timeout: 15_000 } },
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
