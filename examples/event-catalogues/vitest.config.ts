import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: { conditions: ['@liblab/source'] },
  ssr: { resolve: { conditions: ['@liblab/source'] } },
  test: { include: ['test/**/*.test.ts'], maxWorkers: 2 },
});
