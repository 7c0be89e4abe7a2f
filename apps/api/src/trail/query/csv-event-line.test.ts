import { liblabCatalogue, type Catalogue } from '@liblab/audit-core';
import { expect, it } from 'vitest';
import type { EventRow } from '../store/row-codec.ts';
import { csvTitles } from './csv-columns.ts';
import { csvEventLine } from './csv-event-line.ts';

const id = '0190b0c4-0000-7000-8000-000000000001';
const at = '2026-01-31T09:30:00.123Z';

/** The row of a build that has these further fields in its one disclosure. */
function rowWith(fields: object): EventRow {
  const event = {
    type: 'user.build',
    version: 1,
    actor: { type: 'user', id: '7', name: 'Ada' },
    ...fields,
  };
  return {
    organization_id: id,
    seq: 7,
    id,
    at,
    logged_at: at,
    late: false,
    type: 'user.build',
    outcome: 's',
    key_id: null,
    disclosures: Buffer.from(JSON.stringify(['salt', 'private', event])).toString('base64url'),
  };
}

/** The cells of the row's line by title, and how many errors were logged. */
function shown(row: EventRow, catalogue: Catalogue = liblabCatalogue) {
  let errors = 0;
  const ctx = { organizationName: 'Soda', baseUrl: 'https://portal.example', catalogue };
  const line = csvEventLine(row, new Map(), ctx, { error: () => void (errors += 1) });
  expect(line.endsWith('\r\n')).toBe(true);
  const cells = line.trimEnd().split(',');
  expect(cells).toHaveLength(csvTitles.length);
  const titled = Object.fromEntries(csvTitles.map((title, index) => [title, cells[index]]));
  return { errors, cells: titled };
}

it('an event is shown with its sentence', () => {
  const { cells } = shown(rowWith({ details: { apiName: 'Llama' } }));
  expect(cells).toMatchObject({ Name: 'Ada', Sentence: 'Built Llama … in …', Position: '7' });
});

it.each([
  ['/builds/{details.buildId}', 'https://portal.example/builds/312'],
  ['https://ci.example/{details.buildId}', 'https://ci.example/312'],
  ['http://ci.example/{details.buildId}', `https://portal.example/audit-trails/${id}`],
])('the link %s is shown as %s', (path, url) => {
  const build = liblabCatalogue.find('user.build', 1);
  const find = () => ({ ...build, link: { path, label: 'Open' } });
  const linked = { ...liblabCatalogue, find } as unknown as Catalogue;
  expect(shown(rowWith({ details: { buildId: 312 } }), linked).cells['URL']).toBe(url);
});

it.each([{ targets: {} }, { targets: {}, targetNames: ['x'] }, { targets: 7 }])(
  'a row damaged by %j is a line that says so, and is logged',
  (damage) => {
    const { errors, cells } = shown(rowWith(damage));
    expect(errors).toBe(1);
    expect(cells).toMatchObject({
      Name: '',
      Org: 'Soda',
      Event: 'user.build',
      'Time (UTC)': at,
      URL: `https://portal.example/audit-trails/${id}`,
      Sentence: 'This event cannot be shown',
      Position: '7',
      'Event id': id,
    });
  },
);

it('a template that no catalogue should have shows the plain value', () => {
  const [build] = liblabCatalogue.definitions.filter(({ type }) => type === 'user.build');
  const sentence = 'Built {details.apiName|upper}';
  const wrong = { ...liblabCatalogue, find: () => ({ ...build, sentence }) } as Catalogue;
  const { errors, cells } = shown(rowWith({ details: { apiName: 'Llama' } }), wrong);
  expect(errors).toBe(0);
  expect(cells['Sentence']).toBe('Built Llama');
});
