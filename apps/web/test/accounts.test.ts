/** Sign-up, joining and forgotten passwords, in a real browser, with the e-mails that the service sends. */

import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectBrowser } from './support/browser.ts';
import { openLinkIn, openMessage } from './support/inbox.ts';
import { startPortal, type Portal } from './support/portal.ts';
import { expectAccessible, expectToFit, password, visit } from './support/visit.ts';

let portal: Portal;
let browser: Browser;

beforeAll(async () => {
  portal = await startPortal();
  browser = await connectBrowser();
});

afterAll(async () => {
  await browser?.close();
  await portal?.[Symbol.asyncDispose]();
});

/** Checks what holds for every page. */
async function inspect(page: Page): Promise<void> {
  await expectAccessible(page);
  await expectToFit(page);
}

async function followLink(
  page: Page,
  address: string,
  subject: string,
  check = inspect,
): Promise<void> {
  const message = await openMessage(page, address, subject);
  await check(page);
  await openLinkIn(message);
}

async function signUp(page: Page, email: string, check = inspect): Promise<void> {
  await page.goto('/sign-in');
  await page.getByRole('link', { name: 'Sign up' }).click();
  await page.getByLabel('Your name').fill('Grace Hopper');
  await page.getByLabel('Work e-mail').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await check(page);
  await page.getByRole('button', { name: 'Sign up' }).click();
  await page.getByRole('heading', { name: 'Check your e-mail' }).waitFor();
  await check(page);
  await followLink(page, email, 'Verify your e-mail address', check);
  await check(page);
  await page.getByLabel('Password', { exact: true }).fill('not the one chosen');
  await page.getByRole('button', { name: 'Verify and sign in' }).click();
  await page.getByText('sign up again to replace it').waitFor();
  await check(page);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Verify and sign in' }).click();
  await page.waitForURL((url) => url.pathname !== '/verify-email');
}

test('the first user of a company creates its organisation and opens it to others; the second joins', async () => {
  await using owner = await visit(browser, portal.url);
  await signUp(owner.page, 'grace@navy.example.org');
  await owner.page.getByRole('link', { name: 'User Verified Email' }).waitFor();
  await using second = await visit(browser, portal.url, { width: 390 });
  // The same pages, on a phone.
  await signUp(second.page, 'ida@navy.example.org', expectToFit);
  await second.page.getByText('You are not in an organisation yet').waitFor();
  await inspect(second.page);

  const { page } = owner;
  await page.getByRole('link', { name: 'Organisation settings' }).click();
  await page.getByLabel('Name').fill('The Navy');
  await page.getByLabel(/navy\.example\.org address can join/).check();
  await inspect(page);
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved').waitFor();
  await page.reload();
  expect(await page.getByLabel('Name').inputValue()).toBe('The Navy');
  expect(await page.getByLabel(/can join/).isChecked()).toBe(true);

  await second.page.reload();
  await second.page.getByRole('button', { name: 'Join The Navy' }).click();
  await second.page.getByText('You can’t see Audit Trails').waitFor();
  await second.page.goto('/settings');
  await second.page.getByText('You can’t change this organisation').waitFor();
  await inspect(second.page);
  expect(owner.errors).toEqual([]);
  expect(second.errors).toEqual([]);
});

test('a forgotten password can be reset, and a used link is rejected', async () => {
  const email = 'member@example.com';
  await using visitor = await visit(browser, portal.url, { width: 390 });
  const { page } = visitor;
  await page.goto('/sign-in');
  await page.getByRole('link', { name: 'Forgot password?' }).click();
  await page.getByLabel('E-mail').fill(email);
  await inspect(page);
  await page.getByRole('button', { name: 'Send link' }).click();
  await page.getByRole('heading', { name: 'Check your e-mail' }).waitFor();
  await followLink(page, email, 'Reset your password');
  const link = page.url();
  const setPassword = async () => {
    await page.getByLabel('New password', { exact: true }).fill(password);
    await page.getByRole('button', { name: 'Set password' }).click();
  };
  await setPassword();
  await page.getByRole('heading', { name: 'Password changed' }).waitFor();
  await inspect(page);
  await page.goto('/sign-in');
  await page.goto(link);
  await setPassword();
  await page.getByText('This link is invalid').waitFor();
  await inspect(page);
  await page.getByRole('link', { name: 'Send another link' }).click();
  await page.waitForURL(/forgot-password/);
  expect(visitor.errors).toEqual([]);
});

test('an incomplete link cannot be used', async () => {
  await using visitor = await visit(browser, portal.url);
  const { page } = visitor;
  for (const path of ['/verify-email', '/reset-password']) {
    await page.goto(path);
    await page.getByText('This link is incomplete').waitFor();
    expect(await page.getByRole('button', { name: /Verify|Set/ }).isDisabled()).toBe(true);
    await inspect(page);
  }
});
