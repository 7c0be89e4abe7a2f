import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: { conditions: ['@liblab/source'] },
  ssr: { resolve: { conditions: ['@liblab/source'] } },
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['@liblab/audit-api/test-support/test-cluster'],
    maxWorkers: 2,
    // A busy machine is slow.
    expect: { poll: { timeout: 60_000 } },
    testTimeout: 240_000,
    hookTimeout: 240_000,
  },
});
