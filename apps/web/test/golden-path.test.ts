/** A company's first day, from sign-up to a complete trail, with the pages, the e-mails and the CLI. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawnLiblab } from '@examples/liblab-cli';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectBrowser } from './support/browser.ts';
import { openLinkIn, openMessage } from './support/inbox.ts';
import { startPortal, type Portal } from './support/portal.ts';
import { expectAccessible, expectToFit, password, visit } from './support/visit.ts';

const folder = mkdtempSync(join(tmpdir(), 'audit-golden-'));
const project = join(folder, 'llama-store');
const grace = 'grace@navy.example.org';
const ida = 'ida@elsewhere.example.net';
const tokenName = 'RELEASE_PIPELINE';

let portal: Portal;
let browser: Browser;

beforeAll(async () => {
  mkdirSync(project);
  writeFileSync(join(project, 'openapi.json'), JSON.stringify(openapi));
  writeFileSync(join(project, 'liblab.config.json'), liblabConfig);
  portal = await startPortal({ demo: false });
  browser = await connectBrowser();
});

afterAll(async () => {
  await browser?.close();
  await portal?.[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

const openapi = {
  openapi: '3.1.0',
  info: { title: 'Llama Store', version: '1.2.0' },
  paths: { '/llamas': { get: { summary: 'All llamas', responses: {} } } },
};

const liblabConfig = `{
  // What the team releases on Fridays.
  "sdkName": "llama-store-sdk",
  "apiName": "Llama Store",
  "specFilePath": "./openapi.json", // beside this file
  /* One pull request each. */
  "languages": ["typescript", "python"],
  "sdkVersion": "1.4.0",
}
`;

test('the trail records exactly what a company does on its first day, and nobody else can read it', async () => {
  await using owner = await visit(browser, portal.url);
  const { page } = owner;
  await signUp(page, 'Grace Hopper', grace);
  await page.goto('/members');
  await page.getByRole('row', { name: /Grace Hopper \(you\).*Owner/ }).waitFor();

  const token = await createToken(page);
  const registered = await liblabJson<Registered>(token, ['build']);
  const [document] = registered.documents;
  await approve(page, document?.id);
  await liblabJson(token, [
    ...pullRequestArgs(registered, 'typescript'),
    '--number',
    '61',
    '--url',
    'https://github.com/navy/llama-store-typescript/pull/61',
  ]);
  await liblabJson(token, [
    ...pullRequestArgs(registered, 'python'),
    '--failed',
    'The branch is protected.',
  ]);

  await invite(page);
  await using member = await visit(browser, portal.url);
  await acceptInvitation(member.page);
  await revokeToken(page);
  const rejected = await liblab(token, ['build']);
  expect(rejected.code).not.toBe(0);

  const { build, api } = registered;
  const ids = { build: build.id, api: api.id, document: document?.id ?? 0 };
  const expected = eventsOfTheDay(ids, await findPages(page));
  await expectTrail(page, expected);
  await expectHistories(page, expected);
  await expectMemberToSee(member.page, ids);
  await using stranger = await visit(browser, portal.url);
  await expectNothingFor(stranger.page, { page, expected, ids });
  for (const { errors } of [owner, member, stranger]) expect(errors).toEqual([]);
});

async function signUp(page: Page, name: string, email: string): Promise<void> {
  await page.goto('/sign-up');
  await page.getByLabel('Your name').fill(name);
  await page.getByLabel('Work e-mail').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign up' }).click();
  await page.getByRole('heading', { name: 'Check your e-mail' }).waitFor();
  await openLinkIn(await openMessage(page, email, 'Verify your e-mail address'));
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Verify and sign in' }).click();
  await page.waitForURL('**/audit-trails');
}

/** @returns the token's secret, which the page shows once */
async function createToken(page: Page): Promise<string> {
  await page.getByRole('link', { name: 'CI tokens' }).click();
  await page.getByRole('button', { name: 'Create token' }).first().click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill(tokenName);
  await dialog.getByRole('button', { name: 'Create token' }).click();
  const secret = await dialog.getByText(/^llat_/).innerText();
  await dialog.getByRole('button', { name: 'I have copied it' }).click();
  await dialog.waitFor({ state: 'detached' });
  await page.reload();
  await page.getByRole('link', { name: tokenName }).waitFor();
  expect(await page.content()).not.toContain(secret);
  return secret;
}

interface Registered {
  build: { id: number };
  api: { id: number };
  documents: { id: number; kind: string }[];
}

const liblab = (token: string, args: string[]) =>
  spawnLiblab(args, {
    cwd: project,
    env: { LIBLAB_URL: portal.url, LIBLAB_TOKEN: token, LIBLAB_HOME: join(folder, 'home') },
  });

async function liblabJson<Result>(token: string, args: string[]): Promise<Result> {
  const { code, stdout, stderr } = await liblab(token, [...args, '--json']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout) as Result;
}

const pullRequestArgs = ({ build }: Registered, language: string) => [
  'pr',
  '--build',
  String(build.id),
  '--language',
  language,
  '--repository',
  `navy/llama-store-${language}`,
];

async function approve(page: Page, documentId: number | undefined): Promise<void> {
  await page.getByRole('link', { name: 'Builds' }).click();
  await page.getByText('0 of 3 approved').waitFor();
  await page.getByRole('link', { name: /^#\d+$/ }).click();
  await page.getByRole('link', { name: 'openapi.json' }).click();
  await page.waitForURL(`**/documents/${documentId}`);
  const preview = page.frameLocator('iframe');
  await preview.getByRole('heading', { name: 'All llamas' }).first().waitFor();
  await page.getByRole('button', { name: 'Approve' }).click();
  await page.getByText('by Grace Hopper').waitFor();
}

async function invite(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Members' }).click();
  await page.getByRole('button', { name: 'Invite' }).click();
  await page.getByLabel('E-mail').fill(ida);
  await page.getByRole('button', { name: 'Send invitation' }).click();
  await page.getByRole('cell', { name: ida, exact: true }).waitFor();
}

async function acceptInvitation(page: Page): Promise<void> {
  await openLinkIn(await openMessage(page, ida, 'Grace Hopper invited you to Navy'));
  await page.getByText('Grace Hopper has invited you to join as Member.').waitFor();
  await page.getByLabel('Your name').fill('Ida Rhodes');
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Create account and join' }).click();
  await page.waitForURL('**/builds');
}

async function revokeToken(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'CI tokens' }).click();
  await page.getByRole('button', { name: `Revoke ${tokenName}` }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
  await page.getByRole('cell', { name: 'Revoked' }).waitFor();
}

interface Pages {
  owner: string;
  member: string;
  token: string;
}

/** The addresses of the pages of both people and the token, read from the lists that link to them. */
async function findPages(page: Page): Promise<Pages> {
  const findHref = async (path: string, name: string) => {
    await page.goto(path);
    return (await page.getByRole('link', { name }).getAttribute('href')) ?? '';
  };
  return {
    owner: await findHref('/members', 'Grace Hopper'),
    member: await findHref('/members', 'Ida Rhodes'),
    token: await findHref('/tokens', tokenName),
  };
}

interface Ids {
  build: number;
  api: number;
  document: number;
}

interface Row {
  title: string;
  sentence: string;
  /** As the list shows it: name and e-mail, or the token and the person it acted for. */
  who: string;
  result: string;
  href: string;
}

interface Expected extends Row {
  tool: 'portal' | 'liblab-cli';
}

/** Oldest first. */
function eventsOfTheDay({ build, api, document }: Ids, pages: Pages): Expected[] {
  const byGrace = (title: string, sentence: string, href: string): Expected => ({
    title,
    sentence,
    href,
    who: `Grace Hopper, ${grace}`,
    result: 'Success',
    tool: 'portal',
  });
  const byIda = (title: string, sentence: string): Expected => ({
    ...byGrace(title, sentence, pages.member),
    who: `Ida Rhodes, ${ida}`,
  });
  const byToken = (title: string, sentence: string, href: string): Expected => ({
    ...byGrace(title, sentence, href),
    who: `Token ${tokenName}, for ${grace}`,
    tool: 'liblab-cli',
  });
  const buildPage = `/builds/${build}`;
  return [
    byGrace('User Create', 'Joined as Grace Hopper by sign-up', pages.owner),
    byGrace('User Verified Email', `Verified ${grace}`, pages.owner),
    byGrace('Organization Created', 'Created the organisation Navy', ''),
    byGrace('User Sign In', 'Signed in', pages.owner),
    byGrace('User Add CI Token', `Added ${tokenName}`, pages.token),
    byToken('User Create API', 'Created API Llama Store', `/apis/${api}`),
    byToken('User Build', 'Built Llama Store 1.4.0 in 2 languages', buildPage),
    byGrace(
      'User Approved doc',
      `Approved openapi.json of build #${build}`,
      `/documents/${document}`,
    ),
    byToken('User Published PR', 'Opened #61 in navy/llama-store-typescript', buildPage),
    {
      ...byToken(
        'User Publish PR Failure',
        'Failed to open a pull request in navy/llama-store-python: The branch is protected.',
        buildPage,
      ),
      result: 'Failure',
    },
    byGrace('User Invite Member', `Invited ${ida} as member`, '/members'),
    byIda('User Create', 'Joined as Ida Rhodes by invitation'),
    byIda('User Verified Email', `Verified ${ida}`),
    byIda('User Accepted Invitation', 'Joined as member by invitation'),
    byIda('User Sign In', 'Signed in'),
    byGrace('User Remove CI Token', `Removed ${tokenName}`, pages.token),
  ];
}

/** Checks every row of the list and the service named in every drawer. */
async function expectTrail(page: Page, expected: Expected[]): Promise<void> {
  await page.goto('/audit-trails');
  await expect.poll(() => page.locator('tbody a[data-row]').count()).toBe(expected.length);
  const rows = expected.map(({ tool: _, ...row }) => row).toReversed();
  expect(await readRows(page)).toEqual(rows);
  await expectAccessible(page);

  await page.locator('tbody a[data-row]').first().click();
  for (const { title, tool } of expected.toReversed()) {
    const drawer = page.getByRole('complementary', { name: /^Event/ });
    await drawer.getByRole('heading', { name: title, exact: true }).waitFor();
    await drawer.getByRole('link', { name: 'Receipt' }).waitFor();
    const field = drawer.locator('dl > div').filter({ hasText: /^Service(?! version)/ });
    expect(await field.locator('dd').innerText(), title).toBe(tool);
    await page.keyboard.press(']');
  }
}

function readRows(page: Page): Promise<Row[]> {
  return page.locator('tbody tr').evaluateAll((rows) =>
    rows.map((row) => {
      const [, actor, event, target, result] = row.querySelectorAll('td');
      const named = [...(actor?.querySelectorAll('[title]') ?? [])];
      return {
        title: event?.querySelector('a')?.textContent ?? '',
        sentence: event?.lastElementChild?.textContent ?? '',
        who: named.map(({ textContent }) => textContent).join(', '),
        result: result?.textContent ?? '',
        href: target?.querySelector('a')?.getAttribute('href') ?? '',
      };
    }),
  );
}

/** Checks that each link leads to a page that lists the same events of its thing, newest first. */
async function expectHistories(page: Page, expected: Expected[]): Promise<void> {
  const histories = new Map<string, string[]>();
  for (const { href, sentence } of expected.toReversed()) {
    histories.set(href, [...(histories.get(href) ?? []), sentence]);
  }
  for (const [href, sentences] of histories) {
    if (!/^\/\w+\/./.test(href)) continue;
    await page.goto('/audit-trails');
    await page.locator(`tbody a[href="${href}"]`).first().click();
    await page.waitForURL(`**${href}`);
    const links = page.locator('ol a[href^="/audit-trails/"]');
    await links.first().waitFor();
    const all = await links.allInnerTexts();
    // Other events can concern the same thing.
    expect(
      all.filter((sentence) => sentences.includes(sentence)),
      href,
    ).toEqual(sentences);
    await expectToFit(page);
  }
}

async function expectMemberToSee(page: Page, { build, document }: Ids): Promise<void> {
  await page.goto('/builds');
  await page.getByRole('link', { name: `#${build}`, exact: true }).click();
  await page.getByRole('heading', { name: 'Languages' }).waitFor();
  await page.getByRole('link', { name: 'openapi.json' }).click();
  await page.waitForURL(`**/documents/${document}`);
  const preview = page.frameLocator('iframe');
  await preview.getByRole('heading', { name: 'All llamas' }).first().waitFor();
  expect(await page.getByRole('heading', { name: 'Trail' }).count()).toBe(0);
  expect(await page.getByRole('button', { name: /pprov/ }).count()).toBe(0);
  expect(await page.getByRole('link', { name: 'Audit Trails' }).count()).toBe(0);
  expect((await page.request.get('/trpc/events.list')).status()).toBe(403);
  await page.goto('/audit-trails');
  await page.getByText('You can’t see Audit Trails').waitFor();
}

interface Day {
  /** The page of the owner. */
  page: Page;
  expected: Expected[];
  ids: Ids;
}

/** Checks that a user of another company sees empty lists and cannot open anything of the first company. */
async function expectNothingFor(stranger: Page, { page, expected, ids }: Day): Promise<void> {
  await signUp(stranger, 'Jean Bartik', 'jean@army.example.com');
  for (const [path, text] of [
    ['/builds', 'No builds yet'],
    ['/apis', 'No APIs yet'],
    ['/tokens', 'No CI tokens yet'],
    [`/builds/${ids.build}`, `Build ${ids.build} not found`],
    [`/apis/${ids.api}`, `API ${ids.api} not found`],
    [`/documents/${ids.document}`, `Document ${ids.document} not found`],
  ] as const) {
    await stranger.goto(path);
    await stranger.getByText(text).waitFor();
  }
  await stranger.goto('/members');
  await stranger.getByText('1 member').waitFor();
  const people = expected.filter(({ href }) => /^\/(members|tokens)\/./.test(href));
  for (const href of new Set(people.map((event) => event.href))) {
    await stranger.goto(href);
    await stranger.getByText(/(Member|Token) not found/).waitFor();
  }
  await page.goto('/audit-trails');
  const event = await page.locator('tbody a[data-row]').first().getAttribute('href');
  await stranger.goto(event ?? '');
  await stranger.getByText('Event not found').waitFor();
  await stranger.goto('/audit-trails');
  await expect.poll(() => stranger.locator('tbody a[data-row]').count()).toBe(4);

  const { organizationId, strangers } = await readOrganizations(page, stranger);
  expect(strangers).not.toBe(organizationId);
  for (const [procedure, input] of [
    ['events.list', {}],
    ['builds.get', { id: String(ids.build) }],
    ['documents.get', { id: String(ids.document) }],
    ['members.list', {}],
  ] as const) {
    const request = async (id: string) => {
      const query = encodeURIComponent(JSON.stringify({ ...input, organizationId: id }));
      const answer = await stranger.request.get(`/trpc/${procedure}?input=${query}`);
      const { error } = (await answer.json()) as { error?: { message: string; data: object } };
      const { requestId: _, ...data } = { requestId: '', ...error?.data };
      return { status: answer.status(), message: error?.message, data };
    };
    const answer = await request(organizationId);
    expect(answer.status, procedure).toBe(404);
    expect(answer, procedure).toEqual(await request(crypto.randomUUID()));
  }
}

async function readOrganizations(page: Page, stranger: Page) {
  const readActiveOrganization = async (visitor: Page) => {
    const answer = await visitor.request.get('/trpc/session.me');
    const { result } = (await answer.json()) as {
      result: { data: { activeOrganizationId: string } };
    };
    return result.data.activeOrganizationId;
  };
  return {
    organizationId: await readActiveOrganization(page),
    strangers: await readActiveOrganization(stranger),
  };
}
