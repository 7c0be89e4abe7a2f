/** Members, invitations and CI tokens in a real browser against the real service. */

import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectBrowser } from './support/browser.ts';
import { startPortal, type Portal } from './support/portal.ts';
import { enter, expectAccessible, expectToFit, visit } from './support/visit.ts';

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

const open = (path: string, email?: string, size = {}) =>
  enter(browser, portal.url, path, email, size);

describe('an owner', () => {
  test('invites someone, resends the invitation too soon, and withdraws it', async () => {
    await using visitor = await open('/members');
    const { page } = visitor;
    await page.getByRole('button', { name: 'Invite' }).click();
    await page.getByLabel('E-mail').fill('newcomer@exciting.soda');
    await page.getByLabel('Role', { exact: true }).selectOption('auditor');
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Send invitation' }).click();
    await page.getByRole('cell', { name: 'newcomer@exciting.soda', exact: true }).waitFor();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Resend the invitation to newcomer' }).click();
    await page.getByText('was sent less than a minute ago').waitFor();
    await page.getByRole('button', { name: 'Withdraw the invitation to newcomer' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Withdraw' }).click();
    await page
      .getByRole('cell', { name: 'newcomer@exciting.soda', exact: true })
      .waitFor({ state: 'detached' });
    expect(visitor.errors).toEqual([]);
  });

  test('changes a role, removes a member, and finds both in the member’s history', async () => {
    await using visitor = await open('/members');
    const { page } = visitor;
    const role = page.getByLabel('Role of Raj Patel');
    await role.selectOption('auditor');
    await page.getByText('From Member to Auditor').waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await expect.poll(() => role.inputValue()).toBe('member');
    await role.selectOption('auditor');
    await page.getByRole('button', { name: 'Change role' }).click();
    await expect.poll(() => role.inputValue()).toBe('auditor');
    const link = page.getByRole('link', { name: 'Raj Patel' });
    const address = (await link.getAttribute('href')) ?? '';
    await page.getByRole('button', { name: 'Remove Raj Patel' }).click();
    await expectAccessible(page);
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
    await link.waitFor({ state: 'detached' });
    await expect
      .poll(async () => {
        await page.goto(address);
        await page.getByRole('heading', { name: 'Raj Patel' }).waitFor();
        return page.getByRole('link', { name: /^(Removed|Changed) raj/ }).allInnerTexts();
      })
      .toEqual([
        'Removed raj@exciting.soda, who was auditor',
        'Changed raj@exciting.soda from member to auditor',
      ]);
    await page.getByText('Former member').waitFor();
    await expectAccessible(page);
    await page.getByRole('link', { name: /^Removed raj/ }).click();
    await page.getByRole('link', { name: 'Open member', exact: true }).click();
    await page.getByRole('heading', { name: 'Raj Patel' }).waitFor();
    expect(visitor.errors).toEqual([]);
  });

  test.each([
    ['/members', 'Members'],
    ['/tokens', 'CI tokens'],
  ])('sees %s on a phone', async (path, title) => {
    await using visitor = await open(path, 'admin@example.com', { width: 390, height: 844 });
    await visitor.page.getByRole('heading', { name: title, exact: true }).waitFor();
    await expectToFit(visitor.page);
  });
});

describe('a member', () => {
  test('sees the members but cannot change them', async () => {
    await using visitor = await open('/members', 'member@example.com');
    const { page } = visitor;
    await page.getByRole('link', { name: 'Ada Okafor' }).waitFor();
    for (const name of [/^Remove/, 'Invite']) {
      expect(await page.getByRole('button', { name }).count()).toBe(0);
    }
    await page.getByRole('link', { name: 'Ada Okafor' }).click();
    await page.getByRole('heading', { name: 'Ada Okafor' }).waitFor();
    expect(await page.getByRole('heading', { name: 'History' }).count()).toBe(0);
    expect(visitor.errors).toEqual([]);
  });

  test('creates a token, sees its secret once, and revokes it', async () => {
    await using visitor = await open('/tokens', 'member@example.com');
    const { page } = visitor;
    await page.getByRole('button', { name: 'Create token' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Create token' }).click();
    await dialog.getByText('Enter a name').waitFor();
    await dialog.getByLabel('Name').fill('LAPTOP');
    await dialog.getByRole('button', { name: 'Create token' }).click();
    await dialog.getByText(/^llat_/).waitFor();
    await expectAccessible(page);
    await dialog.getByRole('button', { name: 'I have copied it' }).click();
    await page.getByRole('link', { name: 'LAPTOP' }).click();
    await page.getByRole('heading', { name: 'LAPTOP' }).waitFor();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Revoke LAPTOP' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
    await page.getByText('Revoked by').waitFor();
    expect(visitor.errors).toEqual([]);
  });
});

test('an invalid invitation link is explained', async () => {
  await using visitor = await visit(browser, portal.url);
  const { page } = visitor;
  await page.goto('/invitation');
  await page.getByText('This link is incomplete').waitFor();
  await page.goto(`/invitation#${crypto.randomUUID()}.wrong`);
  await page.reload();
  await page.getByText('ask the person who invited you').waitFor();
  await expectAccessible(page);
});
