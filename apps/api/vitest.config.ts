/** How the API's tests run: from the workspaces' sources, on one PostgreSQL for the whole run. */

import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/support/longest-first.ts';

export default defineConfig({
  resolve: { conditions: ['@liblab/source'] },
  ssr: { resolve: { conditions: ['@liblab/source'] } },
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    globalSetup: ['test/support/test-cluster.ts'],
    maxWorkers: 2,
    // Files share their worker's modules: importing the API takes longer than many of them.
    isolate: false,
    sequence: { sequencer: LongestFirst },
    // What comes soon comes later on a busy machine.
    expect: { poll: { timeout: 60_000 } },
    testTimeout: 240_000,
    hookTimeout: 240_000,
  },
});
