/** E-mails that the service sent, on its inbox page. */

import type { Locator, Page } from 'playwright-core';

/** The newest message to the address with the subject. Waits until it has arrived. */
export async function openMessage(page: Page, address: string, subject: string): Promise<Locator> {
  await page.goto('/inbox');
  const message = page
    .getByRole('article')
    .filter({ hasText: `to ${address}` })
    .filter({ hasText: subject })
    .first();
  await message.waitFor();
  return message;
}

export async function openLinkIn(message: Locator): Promise<void> {
  await message.getByRole('link').first().click();
  await message.page().waitForURL((url) => url.pathname !== '/inbox');
}
