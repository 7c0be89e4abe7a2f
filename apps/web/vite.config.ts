/** Builds, serves and tests the page. */

import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

const api = 'http://127.0.0.1:4000';

export default defineConfig({
  plugins: [react()],
  // Uses audit-core's source, so that a change there needs no build.
  resolve: { conditions: ['@liblab/source', 'module', 'browser', 'development|production'] },
  ssr: { resolve: { conditions: ['@liblab/source'] } },
  build: {
    // The content security policy forbids data: URLs.
    assetsInlineLimit: 0,
    manifest: true,
  },
  server: {
    host: '127.0.0.1',
    proxy: { '/api': api, '/trpc': api, '/log': api },
  },
  test: {
    include: ['src/**/*.test.{ts,tsx}', 'test/**/*.test.ts'],
    globalSetup: ['test/support/demo.ts', 'test/support/browser.ts'],
    // Long enough for a busy machine.
    expect: { poll: { timeout: 60_000 } },
    testTimeout: 240_000,
    hookTimeout: 240_000,
    maxWorkers: 2,
  },
});
