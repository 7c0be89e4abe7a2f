/// <reference types="node" />
/** docs/query.md says what the parser does. */

import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parseQuery } from '../src/index.ts';
import { qualifiers } from '../src/query/qualifiers.ts';

const page = readFileSync(new URL('../../../docs/query.md', import.meta.url), 'utf8');

it('its examples are queries', () => {
  const examples = /```query\n([^`]*)```/.exec(page)?.[1]?.trim().split('\n') ?? [];
  expect(examples.length).toBeGreaterThan(5);
  for (const example of examples) expect(() => parseQuery(example), example).not.toThrow();
});

it('it names every qualifier', () => {
  for (const name of qualifiers)
    expect(page).toMatch(new RegExp(`^\\| .*\`${name}[:.].* \\|`, 'm'));
});

it('its errors are the messages of the parser', () => {
  const rows = [...page.matchAll(/^\| `([^`]+)` \| (.*\(at character \d+\)\..*) \|$/gm)];
  expect(rows.length).toBeGreaterThan(4);
  for (const [, query = '', message = ''] of rows) {
    const beginning = message.replaceAll('\\*', '*').replace(/ …$/, '');
    expect(() => parseQuery(query)).toThrow(beginning);
  }
});
