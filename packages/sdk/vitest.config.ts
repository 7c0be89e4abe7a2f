import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: { conditions: ['@liblab/source'] },
  ssr: { resolve: { conditions: ['@liblab/source'] } },
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    maxWorkers: 2,
    // Property tests are slow on a busy machine.
    testTimeout: 240_000,
  },
});
