import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { query as anyQuery } from '../../test/support/queries.ts';
import { AppError, limits, parseQuery, printQuery, QueryError } from '../index.ts';

const t = (text: string) => ({ kind: 'text', text });

/** The query as it is printed, which shows how it was read. */
const reread = (text: string) => printQuery(parseQuery(text));

function errorOf(text: string): QueryError {
  try {
    parseQuery(text);
  } catch (error) {
    if (error instanceof QueryError) return error;
    throw error;
  }
  throw new Error(`${text} was read as ${reread(text)}`);
}

describe('a query', () => {
  it('reads every qualifier', () => {
    expect(
      reread(
        `actor:ada@x.io type:user.build -type:user.create target:build:42 outcome:failure ip:10.1.2.3/8
         after:2026-01-01 before:now-1d details.language:go "free text"`,
      ),
    ).toBe(
      'actor:ada@x.io type:user.build -type:user.create target:build:42 outcome:failure ip:10.0.0.0/8 ' +
        'after:2026-01-01T00:00Z before:now-1d details.language:go "free text"',
    );
    for (const text of [
      'type:a.b,c.d*',
      'type:user.*',
      'service:"my service"*',
      'late:true',
      'key:*',
      'session:s1',
      'request:r1',
      'correlation:c1',
      'reason:quota',
      'id:019a972c-7e62-7b0d-a3c1-2b1f0e5d4c3b',
      'position:100..200,7,300..',
      'channel:cli,mcp',
      'changes.plan:pro',
      'details."odd name".x:""',
      'target:build:"a, b",api:*',
      'ip:2001:db8::/32,::1',
      'outcome:failure,denied',
    ]) {
      expect(reread(text)).toBe(text);
    }
  });

  it('binds - and NOT before juxtaposition and AND, and those before OR', () => {
    expect(parseQuery('a b OR -c (d OR e)')).toEqual({
      kind: 'or',
      operands: [
        { kind: 'and', operands: [t('a'), t('b')] },
        {
          kind: 'and',
          operands: [
            { kind: 'not', operand: t('c') },
            { kind: 'or', operands: [t('d'), t('e')] },
          ],
        },
      ],
    });
    expect(reread('a AND NOT b')).toBe('a -b');
    expect(reread('NOT (a b)')).toBe('-(a b)');
    expect(reread('-(-a)')).toBe('-(-a)');
    expect(reread(' \n ')).toBe('');
  });

  it('takes quotes and backslashes', () => {
    expect(parseQuery(String.raw`"say \"hi\" C:\dir \\"`)).toEqual(
      t(String.raw`say "hi" C:\dir ` + '\\'),
    );
    expect(parseQuery("O'Brien O’Brien foo-bar +49 C++")).toMatchObject({
      operands: ["O'Brien", 'O’Brien', 'foo-bar', '+49', 'C++'].map(t),
    });
  });

  it('takes a date as the start of its day in UTC or in the zone, skipped hours included', () => {
    const at = (text: string, zone?: string) =>
      printQuery(parseQuery(`after:${text}`, zone ? { zone } : {})).slice('after:'.length);
    expect(at('2026-01-31')).toBe('2026-01-31T00:00Z');
    expect(at('2026-01-31T09:30')).toBe('2026-01-31T09:30Z');
    expect(at('2026-01-31T09:30:15.5+05:30')).toBe('2026-01-31T04:00:15.500Z');
    expect(at('2026-07-01', 'Europe/Berlin')).toBe('2026-06-30T22:00Z');
    expect(at('2026-07-01T00:00Z', 'Europe/Berlin')).toBe('2026-07-01T00:00Z');
    // Clocks go from 01:59 to 03:00, and from 02:59 to 02:00.
    expect(at('2026-03-29T02:30', 'Europe/Berlin')).toBe('2026-03-29T01:30Z');
    expect(at('2026-10-25T02:30', 'Europe/Berlin')).toBe('2026-10-25T00:30Z');
    // Midnight is skipped.
    expect(at('2018-11-04', 'America/Sao_Paulo')).toBe('2018-11-04T03:00Z');
    expect(at('now-48h')).toBe('now-2d');
    expect(at('now')).toBe('now');
  });

  it('takes addresses and networks in one form', () => {
    expect(reread('ip:::ffff:10.1.2.3')).toBe('ip:10.1.2.3');
    expect(reread('ip:::ffff:10.1.2.3/104')).toBe('ip:10.0.0.0/8');
    expect(reread('ip:2001:DB8:0:0:1:0:0:1')).toBe('ip:2001:db8::1:0:0:1');
    expect(reread('ip:0:0:0:0:0:0:0:0/0')).toBe('ip:::/0');
    expect(reread('ip:1::')).toBe('ip:1::');
  });
});

describe('a text without one meaning', () => {
  it.each([
    ['typ:user.build', 'typ:', 'Did you mean type:?'],
    ['a ACTOR:x', 'ACTOR:', 'Did you mean actor:?'],
    ['since:now', 'since:', 'Did you mean after:?'],
    ['detail:x', 'detail:', 'Did you mean details.NAME:?'],
    ['details:x', 'details:', 'Did you mean details.NAME:?'],
    ['Foo::Bar', 'Foo::Bar', '"Foo::Bar"'],
    ['x http://x.io/a b', 'http://x.io/a', '"http://x.io/a"'],
    [':x', ':x', '":x"'],
    ['“free text”', '“', 'straight double quotes'],
    ['service:“x”', '“', 'straight double quotes'],
    ["'free text'", "'", 'straight double quotes'],
    ['after:2026-02-30', '2026-02-30', 'now-1d'],
    ['after:yesterday', 'yesterday', 'now-1d'],
    ['after:now-1y', 'now-1y', 's, m, h, d or w'],
    ['after:now-999999999w', 'now-999999999w', 'now-1d'],
    ['before:2026-01-01T24:00', '2026-01-01T24:00', 'now-1d'],
    ['before:2026-01-01T09:00+25:00', '2026-01-01T09:00+25:00', 'now-1d'],
    ['after:0000-01-01', '0000-01-01', 'now-1d'],
    ['after:now,now', ',', 'Remove the comma'],
    ['ip:10.0.0.0/33', '10.0.0.0/33', '10.0.0.0/8'],
    ['ip:10.0.0.256', '10.0.0.256', 'IPv4 or IPv6'],
    ['ip:010.0.0.1', '010.0.0.1', 'IPv4 or IPv6'],
    ['ip:10.*', '10.*', '10.0.0.0/8'],
    ['ip:1:2', '1:2', 'IPv4 or IPv6'],
    ['ip:1::2::3', '1::2::3', 'IPv4 or IPv6'],
    ['type:user', 'user', 'type:user.*'],
    ['type:User.Build', 'User.Build', 'lower-case'],
    ['type:user..*', 'user..*', 'lower-case'],
    ['outcome:failed', 'failed', 'success, failure or denied'],
    ['outcome:fail*', 'fail*', 'success, failure or denied'],
    ['channel:ui', 'ui', 'web, api, cli, mcp or job'],
    ['late:yes', 'yes', 'true or false'],
    ['late:true,false', ',', 'Remove the comma'],
    ['after:now(a)', '(', 'parenthesis'],
    ['late:true"a"', '"', 'parenthesis'],
    ['id:019a', '019a', 'whole id'],
    ['position:9..1', '9..1', 'lower to the higher'],
    ['position:..', '..', '100..200'],
    ['position:99999999999999999', '99999999999999999', '100..200'],
    ['target:build', 'build', 'target:build:42'],
    ['target:"build:42"', '"build:42"', 'quote only the id'],
    ['type:', '', 'type:VALUE'],
    ['type: user.build', ' user.build', 'type:VALUE'],
    ['type:a.b, c.d', ' c.d', 'type:VALUE'],
    ['service::x', ':x', 'one colon'],
    ['service:""', '""', '-service:*'],
    ['service:a*b', '*', 'only at the end'],
    ['service:"a"b', 'b', 'closing quote'],
    ['service:a(b)', '(', 'parenthesis'],
    ['details.x', '', ':VALUE'],
    ['details..x:1', '.x:1', 'details.NAME:VALUE'],
    ['""', '""', 'remove them'],
    ['"a', '"a', 'at its end'],
    ['"a"*', '*', 'no * is needed'],
    ['a*', '*', 'no * is needed'],
    ['a"b"', '"', 'in quotes'],
    ['a,b', ',', 'type:a.b,c.d'],
    ['f(x)', '(', 'in quotes'],
    ['a or b', 'or', 'OR in capitals'],
    ['a Not b', 'Not', 'NOT in capitals'],
    ['a || b', '||', 'AND, OR, NOT'],
    ['!a', '!a', ''],
    ['–type:a.b', '', ''],
    ['type=user.build', 'type=user.build', 'type:VALUE'],
    ['outcome!=failure', 'outcome!=failure', 'outcome:VALUE'],
    ['- a', '-', 'directly before'],
    ['--a', '-', 'once'],
    ['OR a', 'OR ', 'both sides'],
    ['a OR', '', 'both sides'],
    ['a OR OR b', 'OR ', 'both sides'],
    ['NOT', '', 'behind NOT'],
    ['()', ')', 'inside parentheses'],
    ['(a', '(', 'Add a )'],
    ['a)', ')', 'Remove it'],
    ['a\u200Bb', '\u200B', 'Remove it'],
    ['a\u0000', '\0', 'Remove it'],
    ['a \uD800', '\uD800', 'Remove it'],
  ])('%j is an error', (text, part, hint) => {
    const error = errorOf(text);
    expect(error).toBeInstanceOf(AppError);
    expect(error).toMatchObject({ code: 'invalid_filter', path: '$.q', status: 400 });
    expect(error.message.endsWith(error.hint)).toBe(true);
    if (part !== '') expect(text.slice(error.start, error.end)).toBe(part);
    expect(error.hint).toContain(hint);
  });

  it('names the limit that it exceeds', () => {
    expect(errorOf('a'.repeat(limits.queryCharsMax + 1)).message).toContain('the limit is 8000');
    expect(errorOf('a '.repeat(limits.queryValuesMax + 1)).message).toContain('more than 250');
    expect(
      errorOf(`type:${Array.from({ length: 251 }, (_, n) => `a.b${n}`).join()}`).message,
    ).toContain('more than 250');
    for (const open of ['(', '-(', 'NOT ', 'NOT (']) {
      expect(errorOf(open.repeat(1_000)).message).toContain('20 levels');
    }
    expect(parseQuery('a '.repeat(limits.queryValuesMax))).toMatchObject({ kind: 'and' });
  });
});

describe('printing', () => {
  it('then reading is the identity on queries, in every zone', () => {
    fc.assert(
      fc.property(anyQuery, fc.constantFrom('UTC', 'Asia/Kathmandu'), (query, zone) => {
        expect(parseQuery(printQuery(query), { zone })).toEqual(query);
      }),
      { numRuns: 2_000 },
    );
  });

  it('what was read is canonical', () => {
    fc.assert(
      fc.property(anyQuery, (query) => {
        const text = printQuery(query);
        expect(reread(text)).toBe(text);
      }),
      { numRuns: 500 },
    );
  });
});

describe('any text', () => {
  const pieces = fc.constantFrom(
    '(',
    ')',
    '-',
    '"',
    ':',
    ',',
    '*',
    ' ',
    'OR',
    'NOT ',
    'a',
    'type:',
    'details.',
    '\\',
    '“',
    'ip:',
    '::',
    '1',
  );

  it('is a query or a QueryError whose position lies in it', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc
        .array(fc.oneof(pieces, fc.string({ maxLength: 3 })), { maxLength: 20 })
        .map((all) => all.join('')),
    );
    fc.assert(
      fc.property(text, (value) => {
        try {
          const query = parseQuery(value);
          expect(parseQuery(printQuery(query))).toEqual(query);
        } catch (error) {
          if (!(error instanceof QueryError)) throw error;
          expect(error.start).toBeGreaterThanOrEqual(0);
          expect(error.end).toBeGreaterThanOrEqual(error.start);
          expect(error.end).toBeLessThanOrEqual(Math.max(value.length, error.start + 1));
        }
      }),
      { numRuns: 5_000 },
    );
  });
});
