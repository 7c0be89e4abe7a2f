/** What an admin does in the Portal, and what a member cannot do, in a real browser against the real service. */

import { randomUUID } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { parse } from 'csv-parse/sync';
import type { Browser, Download, Page, Request } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectBrowser } from './support/browser.ts';
import { startPortal, type Portal } from './support/portal.ts';
import { enter, expectAccessible, expectToFit, signIn, visit } from './support/visit.ts';

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

const rows = (page: Page) => page.locator('tbody a[data-row]');
const firstRow = (page: Page) => rows(page).first();
const status = (page: Page) =>
  page
    .getByRole('status')
    .filter({ hasText: /events?$/ })
    .first();

const contentOf = async (download: Download) => buffer(await download.createReadStream());

const open = (path = '/audit-trails', email?: string, size = {}) =>
  enter(browser, portal.url, path, email, size);

/** The API's count for the filters in the page's address. */
async function countFor(page: Page): Promise<string> {
  const search = new URL(page.url()).searchParams;
  const input = {
    ...(search.has('actor') ? { actor: search.get('actor') } : {}),
    ...(search.has('types') ? { types: search.get('types')?.split(',') } : {}),
  };
  const answer = await page.request.get(
    `/trpc/events.count?input=${encodeURIComponent(JSON.stringify(input))}`,
  );
  const { result } = (await answer.json()) as { result: { data: { count: number } } };
  return new Intl.NumberFormat('en-GB').format(result.data.count);
}

describe('sign-in', () => {
  test('explains wrong credentials, and leads back to the requested page', async () => {
    await using visitor = await visit(browser, portal.url);
    const { page } = visitor;
    await page.goto('/audit-trails?types=user.build');
    await page.getByLabel('E-mail').fill('admin@example.com');
    await page.getByLabel('Password', { exact: true }).fill('not the password');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('Wrong e-mail or password').waitFor();
    await expectAccessible(page);
    await signIn(page, 'admin@example.com');
    await firstRow(page).waitFor();
    expect(page.url()).toBe(`${portal.url}/audit-trails?types=user.build`);
    expect(visitor.errors).toEqual([]);
  });

  test('is required again when the session has ended, and leads back', async () => {
    await using visitor = await open('/audit-trails?outcome=failure');
    const { page, context } = visitor;
    await firstRow(page).waitFor();
    await context.clearCookies();
    await page.getByRole('button', { name: /^Event type/ }).click();
    await page.getByRole('option', { name: 'User Publish PR Failure' }).click();
    await page.getByText('Your session has ended').waitFor();
    await signIn(page, 'admin@example.com');
    await firstRow(page).waitFor();
    expect(page.url()).toBe(
      `${portal.url}/audit-trails?outcome=failure&types=user.publish_pr_failure`,
    );
  });
});

describe('an admin', () => {
  test('filters by e-mail and by event type, and the address keeps the filters', async () => {
    await using visitor = await open();
    const { page } = visitor;
    await firstRow(page).waitFor();
    await expectAccessible(page);
    const address = await page.locator('tbody td:nth-child(2)').getByText('@').first().innerText();
    const email = address.replace(/^for /, '');

    await page.keyboard.press('/');
    // A part of the address: a whole one with another ending would be another address.
    await page.keyboard.type(email.replace(/\..*/, '').toUpperCase());
    await page.waitForURL(/actor=/);
    await expect.poll(() => status(page).innerText()).toBe(`${await countFor(page)} events`);
    await firstRow(page).waitFor();
    for (const row of await page.locator('tbody tr').all()) {
      expect(await row.innerText()).toContain(email);
    }

    await page.getByRole('button', { name: /^Event type/ }).click();
    await expectAccessible(page);
    await page.getByRole('option', { name: 'User Build' }).click();
    await page.waitForURL(/types=user\.build/);
    await page.keyboard.press('Escape');
    await expect
      .poll(() => status(page).innerText())
      .toMatch(new RegExp(`^${await countFor(page)} events?$`));
    await expect
      .poll(async () => new Set(await rows(page).allInnerTexts()))
      .toEqual(new Set(['User Build']));

    const shown = await rows(page).evaluateAll((links) => links.map(({ id }) => id));
    await page.reload();
    await firstRow(page).waitFor();
    expect(await rows(page).evaluateAll((links) => links.map(({ id }) => id))).toEqual(shown);
    await page.goBack();
    await expect.poll(() => page.url()).not.toMatch(/types=/);
    expect(visitor.errors).toEqual([]);
  });

  test('pages to older events and back; a reload shows the same page', async () => {
    await using visitor = await open();
    const { page } = visitor;
    await firstRow(page).waitFor();
    const newest = await firstRow(page).getAttribute('id');
    const lastOfPage = await rows(page).last().getAttribute('id');
    expect(await rows(page).count()).toBe(50);

    await page.getByRole('button', { name: 'Load older' }).click();
    await page.waitForURL(/cursor=/);
    await expect.poll(() => firstRow(page).getAttribute('id')).not.toBe(newest);
    const older = await firstRow(page).getAttribute('id');
    expect(older).not.toBe(lastOfPage);
    await page.reload();
    await expect.poll(() => firstRow(page).getAttribute('id')).toBe(older);
    await page.getByRole('button', { name: 'Newer' }).click();
    await expect.poll(() => firstRow(page).getAttribute('id')).toBe(newest);
    await page.goBack();
    await expect.poll(() => firstRow(page).getAttribute('id')).toBe(older);
    await page.getByRole('button', { name: 'Newest' }).click();
    await expect.poll(() => firstRow(page).getAttribute('id')).toBe(newest);
  });

  test('opens an event and the next one by keyboard, and returns to the row with Esc', async () => {
    await using visitor = await open('/audit-trails?types=user.build');
    const { page } = visitor;
    await firstRow(page).waitFor();
    const [first, second] = await rows(page).evaluateAll((links) => links.map(({ id }) => id));
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    const drawer = page.getByRole('complementary', { name: /^Event/ });
    await drawer.getByText('Checkpoint', { exact: true }).waitFor();
    expect(page.url()).toBe(
      `${portal.url}/audit-trails/${first?.replace('event-', '')}?types=user.build`,
    );
    for (const text of ['Context', 'Reported by', 'Details', 'Proof', 'Leaf hash', 'Receipt']) {
      await drawer.getByText(text).first().waitFor();
    }
    await drawer.getByText('Raw JSON').click();
    await expectAccessible(page);
    const raw = JSON.parse(await drawer.locator('pre').innerText()) as { id: string };
    expect(`event-${raw.id}`).toBe(first);

    await page.keyboard.press(']');
    await page.waitForURL(new RegExp(second?.replace('event-', '') ?? 'none'));
    await page.keyboard.press('Escape');
    await page.waitForURL(/audit-trails\?types=user.build$/);
    await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe(second);
    expect(visitor.errors).toEqual([]);
  });

  test('opens an event by its address and downloads its receipt', async () => {
    await using visitor = await open();
    const { page } = visitor;
    await rows(page).nth(20).click();
    await page.getByRole('link', { name: 'Receipt' }).waitFor();
    await page.goto(new URL(page.url()).pathname);
    const download = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Receipt' }).click();
    const receipt = (await contentOf(await download)).toString();
    expect(receipt).toMatch(/^c2sp\.org\/tlog-proof@v1\nindex \d+\n/);
  });

  test('opens a document from its event, and then its build', async () => {
    await using visitor = await open('/audit-trails?types=user.approved_doc');
    const { page } = visitor;
    await firstRow(page).waitFor();
    await page.locator('tbody a[href^="/documents/"]').first().click();
    await page.waitForURL(/\/documents\/\d+$/);
    await page.getByRole('heading', { name: 'Trail' }).waitFor();
    await expectAccessible(page);
    await page.getByRole('link', { name: /^Build #/ }).click();
    await page.waitForURL(/\/builds\/\d+$/);
    await page.getByRole('heading', { name: 'Languages' }).waitFor();
    await expectAccessible(page);
    expect(visitor.errors).toEqual([]);
  });

  test('exports the filtered events, with liblab’s columns first', async () => {
    await using visitor = await open('/audit-trails?types=user.create_api');
    const { page } = visitor;
    await firstRow(page).waitFor();
    const expected = await countFor(page);
    const download = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Export CSV' }).click();
    const lines = parse(await contentOf(await download), { bom: true });
    expect(lines[0]?.slice(0, 6)).toEqual(['Name', 'Email', 'Org', 'Event', 'Time (UTC)', 'URL']);
    expect(lines.length - 1).toBe(Number(expected.replaceAll(',', '')));
    expect(new Set(lines.slice(1).map((line) => line[3]))).toEqual(new Set(['User Create API']));
  });

  test('is offered new events without any row moving', async () => {
    await using visitor = await open('/');
    const { page } = visitor;
    await page.clock.install();
    await page.goto('/audit-trails');
    await firstRow(page).waitFor();
    const newest = await firstRow(page).getAttribute('id');
    const id = randomUUID();
    const answer = await page.request.post('/api/v1/events', {
      headers: { authorization: `Bearer ${portal.key}` },
      data: {
        events: [
          {
            id,
            type: 'user.create_api',
            occurredAt: new Date().toISOString(),
            actor: { type: 'user', id: 'new', email: 'new@exciting.soda' },
            targets: [{ type: 'api', id: '9' }],
            details: { apiName: 'New', apiId: 9 },
          },
        ],
      },
    });
    expect(answer.status()).toBe(200);
    const pill = page.getByRole('button', { name: '1 new event' });
    await expect
      .poll(async () => {
        await page.clock.runFor(10_000);
        return pill.count();
      })
      .toBe(1);
    expect(await firstRow(page).getAttribute('id')).toBe(newest);
    await pill.click();
    await expect.poll(() => firstRow(page).getAttribute('id')).toBe(`event-${id}`);
  });

  test('can remove a filter when nothing matches', async () => {
    await using visitor = await open('/audit-trails?actor=nobody-of-that-name&outcome=denied');
    const { page } = visitor;
    await page.getByText('No events match').waitFor();
    await expectAccessible(page);
    await page.getByRole('button', { name: /^Remove e-mail filter/ }).click();
    await expect.poll(() => page.url()).not.toMatch(/actor=/);
  });

  test('creates a key, sees its secret once, and revokes it', async () => {
    await using visitor = await open('/settings/keys');
    const { page } = visitor;
    await page.getByRole('button', { name: 'Create key' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('journey');
    await expectAccessible(page);
    await dialog.getByRole('button', { name: 'Create key' }).click();
    const secret = await dialog.getByLabel('Key', { exact: true }).innerText();
    expect(secret).toMatch(/^llat_/);
    await dialog.getByRole('button', { name: 'I have copied it' }).click();
    await dialog.waitFor({ state: 'detached' });
    expect(await page.content()).not.toContain(secret);
    await page.getByRole('button', { name: 'Revoke journey' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
    await page
      .getByRole('row', { name: /journey/ })
      .getByText('Revoked')
      .waitFor();
    await expectAccessible(page);
  });

  test('can use every page on a screen of 360 px', async () => {
    await using visitor = await open('/audit-trails', 'admin@example.com', { width: 360 });
    const { page } = visitor;
    await firstRow(page).waitFor();
    await expectToFit(page);
    await expectAccessible(page);
    await firstRow(page).click();
    await page.getByRole('dialog').getByText('Leaf hash').waitFor();
    await expectToFit(page);
    await expectAccessible(page);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.goto('/settings/keys');
    await page.getByRole('table').waitFor();
    await expectToFit(page);
    await expectAccessible(page);
    await page.goto('/audit-trails?types=user.build&outcome=success');
    await firstRow(page).click();
    await page.getByRole('link', { name: /^Open build/ }).click();
    await page.getByRole('heading', { name: 'Languages' }).waitFor();
    await expectToFit(page);
    await expectAccessible(page);
  });
});

test('a member has no access and no icon', async () => {
  await using visitor = await open('/audit-trails', 'member@example.com');
  const { page } = visitor;
  await page.getByText('You can’t see Audit Trails').waitFor();
  await expectAccessible(page);
  expect(await page.getByRole('link', { name: 'Audit Trails' }).count()).toBe(0);
  const answer = await page.request.get('/trpc/events.list');
  expect(answer.status()).toBe(403);
});

describe('a page', () => {
  /** Calls of the API, each with its input, that the page makes until nothing is under way. */
  async function callsOf(page: Page, load: () => Promise<unknown>): Promise<string[]> {
    const calls: string[] = [];
    const record = (request: Request) => {
      const { pathname, search } = new URL(request.url());
      if (pathname.startsWith('/trpc/')) calls.push(pathname.slice('/trpc/'.length) + search);
    };
    page.on('request', record);
    await load();
    await page.waitForLoadState('networkidle');
    page.off('request', record);
    return calls;
  }

  /** Opens the path. Its code arrives only after the answer of this call, so that call cannot come from the page. */
  async function openWithLateCode(page: Page, path: string, chunk: string, procedure: string) {
    const isCode = (url: URL) => url.pathname.startsWith(`/assets/${chunk}-`);
    const answered = page.waitForResponse((answer) => answer.url().includes(`/trpc/${procedure}`));
    await page.route(isCode, async (route) => {
      if (route.request().url().endsWith('.js')) await answered;
      await route.continue();
    });
    await page.goto(path);
    await answered;
    await page.unrouteAll({ behavior: 'wait' });
  }

  test('gets its data while its code loads, and each answer once', async () => {
    await using visitor = await open();
    const { page } = visitor;
    await firstRow(page).waitFor();
    const event = (await firstRow(page).getAttribute('href')) ?? '';
    const query = async (procedure: string) => {
      const answer = await page.request.get(`/trpc/${procedure}`);
      return ((await answer.json()) as { result: { data: never } }).result.data;
    };
    const { builds } = (await query('builds.list')) as { builds: { id: number; apiId: number }[] };
    const { members } = (await query('members.list')) as { members: { userId: string }[] };
    const { keys } = (await query('keys.list')) as { keys: { id: string }[] };
    for (const [path, chunk, procedure] of [
      ['/audit-trails?from=now-90d', 'audit-trails-page', 'events.list'],
      ['/audit-trails', 'audit-trails-page', 'events.count'],
      [event, 'event-drawer', 'events.get'],
      ['/apis', 'apis-page', 'apis.list'],
      [`/apis/${builds[0]?.apiId}`, 'api-page', 'apis.get'],
      ['/builds', 'builds-page', 'builds.list'],
      [`/builds/${builds[0]?.id}`, 'build-page', 'builds.get'],
      ['/builds/999999', 'build-page', 'builds.get'],
      ['/documents/999999', 'document-page', 'documents.get'],
      ['/members', 'members-page', 'members.list'],
      [`/members/${members[0]?.userId}`, 'member-page', 'members.get'],
      ['/tokens', 'tokens-page', 'tokens.list'],
      [`/tokens/${keys[0]?.id}`, 'token-page', 'tokens.get'],
      ['/settings', 'settings-page', 'organizations.settings'],
      ['/settings/keys', 'keys-page', 'keys.list'],
    ] as const) {
      const calls = await callsOf(page, () => openWithLateCode(page, path, chunk, procedure));
      expect(calls.toSorted(), path).toEqual([...new Set(calls)].toSorted());
      expect(
        calls.filter((call) => call.startsWith(procedure)),
        path,
      ).toHaveLength(1);
      expect(await page.locator('[aria-busy="true"]').count(), path).toBe(0);
    }
    expect(visitor.errors).toEqual([]);
  });

  test('without permission asks for no data, and says who has it', async () => {
    await using visitor = await open('/settings', 'member@example.com');
    const { page } = visitor;
    await page.getByText(/^You can’t/).waitFor();
    for (const path of ['/audit-trails', '/settings', '/settings/keys']) {
      const calls = await callsOf(page, () => page.goto(path));
      await page.getByText(/^You can’t/).waitFor();
      expect(calls.toSorted(), path).toEqual(['catalogue.list', 'session.me']);
    }
    expect(visitor.errors).toEqual([]);
  });
});
