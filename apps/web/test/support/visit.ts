/** Opens the Portal in a browser, and checks what holds for every page: no errors, no axe violations, no overflow. */

import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { expect } from 'vitest';

export const password = 'audit-trails-demo';

export interface Visit extends AsyncDisposable {
  page: Page;
  context: BrowserContext;
  /**
   * Errors on the console, except for 4xx responses, which tests provoke; browser dialogs, which the Portal never opens;
   * and requests to other origins.
   */
  errors: string[];
}

interface VisitOptions {
  width?: number;
  height?: number;
  /** Cookies of somebody who is signed in. */
  storageState?: StorageState;
}

type StorageState = Awaited<ReturnType<BrowserContext['storageState']>>;

/** A new visitor without cookies, at desktop size by default. */
export async function visit(
  browser: Browser,
  baseURL: string,
  { width = 1440, height = 900, storageState = { cookies: [], origins: [] } }: VisitOptions = {},
): Promise<Visit> {
  const context = await browser.newContext({
    baseURL,
    storageState,
    viewport: { width, height },
    reducedMotion: 'reduce',
    acceptDownloads: true,
  });
  const page = await context.newPage();
  // Long enough for a busy machine.
  page.setDefaultTimeout(60_000);
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => {
    const text = message.text();
    if (message.type() === 'error' && !/status of 4\d\d/.test(text)) errors.push(text);
  });
  page.on('dialog', (dialog) => {
    errors.push(`a dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  context.on('request', (request) => {
    if (new URL(request.url()).origin !== baseURL) errors.push(`a request to ${request.url()}`);
  });
  return { page, context, errors, [Symbol.asyncDispose]: () => context.close() };
}

/** By Portal and e-mail: one sign-in serves all tests of a file that are not about signing in. */
const sessions = new Map<string, Promise<StorageState>>();

/** A visitor who is signed in, on the page of the path. */
export async function enter(
  browser: Browser,
  baseURL: string,
  path: string,
  email = 'admin@example.com',
  size: VisitOptions = {},
): Promise<Visit> {
  const key = `${baseURL} ${email}`;
  const session = sessions.get(key) ?? openSession(browser, baseURL, email);
  sessions.set(key, session);
  const visitor = await visit(browser, baseURL, { ...size, storageState: await session });
  await visitor.page.goto(path);
  return visitor;
}

async function openSession(browser: Browser, baseURL: string, email: string) {
  const context = await browser.newContext({ baseURL });
  const answer = await context.request.post('/api/auth/sign-in/email', {
    headers: { origin: baseURL },
    data: { email, password },
  });
  if (!answer.ok()) throw new Error(`${email} could not sign in: ${await answer.text()}`);
  const state = await context.storageState();
  await context.close();
  return state;
}

export async function signIn(page: Page, email: string): Promise<void> {
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL((url) => url.pathname !== '/sign-in');
}

/** Checks the page for WCAG violations, in light and in dark. */
export async function expectAccessible(page: Page): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.locator(`html[data-mantine-color-scheme="${colorScheme}"]`).waitFor();
    // Legacy mode saves a second tab, which only pages with frames need.
    const axe = new AxeBuilder({ page }).setLegacyMode();
    // The dark page differs in its colours alone.
    if (colorScheme === 'dark') axe.withRules('color-contrast');
    const { violations } = await axe.analyze();
    expect(violations.map(({ id, nodes }) => `${colorScheme} ${id}: ${nodes[0]?.html}`)).toEqual(
      [],
    );
  }
}

/** Checks that the page is not wider than the screen. */
export async function expectToFit(page: Page): Promise<void> {
  const [width, available] = await page.evaluate(() => [
    document.documentElement.scrollWidth,
    document.documentElement.clientWidth,
  ]);
  expect(width).toBeLessThanOrEqual(available ?? 0);
}
