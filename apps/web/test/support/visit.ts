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

/** A new visitor without cookies, at desktop size by default. */
export async function visit(
  browser: Browser,
  baseURL: string,
  { width = 1440, height = 900 } = {},
): Promise<Visit> {
  const context = await browser.newContext({
    baseURL,
    viewport: { width, height },
    reducedMotion: 'reduce',
    acceptDownloads: true,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
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
    const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
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
