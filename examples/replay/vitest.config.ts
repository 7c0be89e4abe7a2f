import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: { conditions: ['@liblab/source'] },
  ssr: { resolve: { conditions: ['@liblab/source'] } },
  // Files of hundreds of thousands of lines take their time on a busy machine.
  test: { include: ['test/**/*.test.ts'], maxWorkers: 2, testTimeout: 240_000 },
});
