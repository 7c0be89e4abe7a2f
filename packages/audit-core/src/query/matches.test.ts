import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { query as anyQuery } from '../../test/support/queries.ts';
import { allOf, matches, parseQuery, type Expression, type TrailEvent } from '../index.ts';

const nowMs = Date.parse('2026-02-01T00:00:00.000Z');

const event: TrailEvent = {
  id: '019a972c-7e62-7b0d-a3c1-2b1f0e5d4c3b',
  seq: 7,
  type: 'user.build',
  version: 1,
  organizationId: '00000000-0000-4000-8000-000000000000',
  occurredAt: '2026-01-31T09:30:00.000Z',
  loggedAt: '2026-01-31T09:30:01.000Z',
  at: '2026-01-31T09:30:00.000Z',
  late: false,
  actor: {
    type: 'token',
    id: 'CI-77',
    onBehalfOf: { type: 'user', id: '1', email: 'Ada@X.io', name: 'Ada Okafor' },
  },
  targets: [{ type: 'build', id: 'Build:42', name: 'Exciting Soda' }],
  outcome: 'failure',
  reason: 'The Quota is exhausted',
  context: { ip: '::ffff:10.1.2.3', service: 'CLI', requestId: 'r-1' },
  details: {
    languages: ['go', 'java'],
    nested: { count: 5, none: null, list: [{ a: 'x' }] },
    'a.b': true,
    empty: [],
  },
  changes: [
    { path: 'plan', before: 'free', after: { name: 'pro' } },
    { path: 'key.secret', redacted: true },
  ],
  reportedBy: { keyId: '0b7c5a8e-0000-4000-8000-000000000000', name: 'Nightly import' },
  known: true,
};
const bare: TrailEvent = {
  id: '019a972c-0000-7b0d-a3c1-2b1f0e5d4c3b',
  seq: 0,
  type: 'acme.x',
  version: 1,
  organizationId: event.organizationId,
  occurredAt: '2020-01-01T00:00:00.000Z',
  loggedAt: '2026-01-31T09:30:01.000Z',
  at: '2020-01-01T00:00:00.000Z',
  late: true,
  actor: { type: 'user', id: '1' },
  targets: [],
  outcome: 'success',
  context: {},
  details: {},
  known: false,
};

const isMatch = (text: string) => matches(event, parseQuery(text), nowMs);

describe('matches', () => {
  it.each([
    'actor:ci-77',
    'actor:ada@x.io',
    'actor:ADA',
    'actor:@x.',
    'actor:ada*',
    'actor:*',
    'type:user.build',
    'type:acme.x,user.build',
    'type:user.*',
    'target:build:"Build:42"',
    'target:build:Build*',
    'target:build:*',
    'outcome:failure,denied',
    'ip:10.0.0.0/8',
    'ip:::ffff:10.1.2.3',
    'after:2026-01-31T09:30',
    'before:2026-01-31T09:30:00.001Z',
    'after:now-1d',
    'late:false',
    'key:0b7c5a8e-0000-4000-8000-000000000000',
    'key:"nightly IMPORT"',
    'key:night*',
    'service:cli',
    'request:r-1',
    'reason:QUOTA',
    'reason:the*',
    'id:019A972C-7E62-7B0D-A3C1-2B1F0E5D4C3B',
    'position:7',
    'position:1..7,9',
    'details.languages:go',
    'details.languages:JAVA',
    'details.nested.count:5',
    'details.nested.none:null',
    'details.nested.list.a:x',
    'details."a.b":true',
    'changes.plan:free',
    'changes.plan:pro',
    'changes.key.secret:*',
    'okafor',
    '"exciting soda"',
    'ada@',
    'quota',
    'java',
    '10.1.2.3',
    'nightly',
    '"build:42"',
  ])('%s', (text) => {
    expect(isMatch(text)).toBe(true);
    expect(isMatch(`-(${text})`)).toBe(false);
  });

  it.each([
    'actor:da@x.io',
    'actor:okafor',
    'actor:x.io*',
    'type:user.builds',
    'target:build:build:42',
    'target:api:*',
    'outcome:success',
    'ip:11.0.0.0/8',
    'ip:::/0',
    'after:2026-01-31T09:30:00.001Z',
    'before:2026-01-31T09:30',
    'after:now',
    'late:true',
    'key:nightly',
    'service:CL',
    'session:*',
    'channel:web,api,cli,mcp,job',
    'position:8..',
    'details.languages:g',
    'details.languages.go:*',
    'details.empty:*',
    'details.a.b:true',
    'details.toString:*',
    'changes.key.secret:x',
    'changes.name:*',
    'failure',
    '2026-01-31',
  ])('not %s', (text) => {
    expect(isMatch(text)).toBe(false);
    expect(isMatch(`-(${text})`)).toBe(true);
  });

  it('a missing value matches no term, and every negated one', () => {
    for (const name of [
      'key',
      'service',
      'session',
      'request',
      'correlation',
      'reason',
      'details.x',
      'changes.x',
      'target:build',
    ]) {
      expect(matches(bare, parseQuery(`${name}:*`), nowMs), name).toBe(false);
      expect(matches(bare, parseQuery(`-${name}:*`), nowMs), name).toBe(true);
    }
    expect(matches(bare, parseQuery('-ip:0.0.0.0/0,::/0 -channel:web'), nowMs)).toBe(true);
  });

  it('a query or its negation, never both, for every event', () => {
    const events = fc.constantFrom(event, bare);
    let positive = 0;
    fc.assert(
      fc.property(events, anyQuery, (one, query) => {
        const isOne = matches(one, query, nowMs);
        positive += +isOne;
        if (query.kind === 'all') expect(isOne).toBe(true);
        else expect(matches(one, { kind: 'not', operand: query }, nowMs)).toBe(!isOne);
      }),
      { numRuns: 3_000 },
    );
    expect(positive).toBeGreaterThan(500);
  });

  it('all of several queries is what each of them matches', () => {
    fc.assert(
      fc.property(fc.array(anyQuery, { maxLength: 4 }), (queries) => {
        expect(matches(event, allOf(queries), nowMs)).toBe(
          queries.every((query) => matches(event, query, nowMs)),
        );
      }),
    );
    const one = parseQuery('a') as Expression;
    expect(allOf([{ kind: 'all' }, one])).toBe(one);
  });
});
