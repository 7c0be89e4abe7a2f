/** What the service sent, as its inbox page shows it. */

import type { Locator, Page } from 'playwright-core';

/** The newest message to the address about the subject, once it has come. */
export async function openLetter(page: Page, address: string, subject: string): Promise<Locator> {
  await page.goto('/inbox');
  const letter = page
    .getByRole('article')
    .filter({ hasText: `to ${address}` })
    .filter({ hasText: subject })
    .first();
  await letter.waitFor();
  return letter;
}

export async function followLinkOf(letter: Locator): Promise<void> {
  await letter.getByRole('link').first().click();
  await letter.page().waitForURL((url) => url.pathname !== '/inbox');
}
