/** One browser for the whole run: each test file connects to it, and each visitor has a context of their own. */

import { chromium, type Browser } from 'playwright-core';
import { inject } from 'vitest';
import type { TestProject } from 'vitest/node';
import { findChromium } from './chromium.ts';

declare module 'vitest' {
  interface ProvidedContext {
    browserEndpoint: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await chromium.launchServer(await findChromium());
  project.provide('browserEndpoint', server.wsEndpoint());
  return () => server.close();
}

/** Closing it closes its contexts, not the browser. */
export const connectBrowser = (): Promise<Browser> => chromium.connect(inject('browserEndpoint'));
