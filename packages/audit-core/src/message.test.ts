import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyText } from '../test/support/sample-events.ts';
import { renderMessage, renderPath } from './message.ts';

const event = {
  type: 'user.build',
  targets: [
    { type: 'build', id: '312', name: 'Build #312' },
    { type: 'api', id: '520' },
  ],
  details: {
    apiName: 'Llama Store',
    languages: ['go', 'java', 'php'],
    one: ['go'],
    none: [],
    zero: 0,
    no: false,
    empty: '',
    null: null,
    object: { a: 1 },
    braces: '{details.apiName} $& $1',
  },
};

describe('renderMessage', () => {
  it.each([
    ['Built {details.apiName}', 'Built Llama Store'],
    ['{targets.0.name} of {targets.1.id}', 'Build #312 of 520'],
    ['{details.languages|list}', 'go, java and php'],
    ['{details.one|list}', 'go'],
    ['{details.apiName|list}', 'Llama Store'],
    ['{details.languages|count:language:languages}', '3 languages'],
    ['{details.one|count:language:languages}', '1 language'],
    ['{details.none|count:language:languages}', '0 languages'],
    ['{details.zero|count:event:events}', '0 events'],
    ['{targets.0.name|or:targets.0.id}', 'Build #312'],
    ['{targets.1.name|or:targets.1.id}', '520'],
    ['{details.zero}, {details.no}', '0, false'],
    ['{details.object}', '{"a":1}'],
    ['nothing to fill {}', 'nothing to fill {}'],
  ])('%s becomes %s', (template, expected) => {
    expect(renderMessage(template, event)).toBe(expected);
  });

  it.each([
    '{details.absent}',
    '{details.null}',
    '{details.empty}',
    '{details.none|list}',
    '{details.null|count:a:b}',
    '{details.absent|count:a:b}',
    '{details.apiName|count:a:b}',
    '{details.absent|or:details.null}',
    '{targets.7.name}',
  ])('%s renders as … because the value is missing', (template) => {
    expect(renderMessage(template, event)).toBe('…');
  });

  it.each([
    '{constructor}',
    '{constructor.name}',
    '{__proto__}',
    '{__proto__.constructor}',
    '{details.toString}',
    '{details.apiName.length}',
    '{details.hasOwnProperty}',
    '{details.languages.map}',
    '{x|or:constructor.name}',
  ])('%s does not reach inherited properties', (template) => {
    expect(renderMessage(template, event)).toBe('…');
  });

  it('inserts values as text, never as a template or a replacement pattern', () => {
    expect(renderMessage('<{details.braces}>', event)).toBe('<{details.apiName} $& $1>');
    fc.assert(
      fc.property(anyText, (text) => {
        expect(renderMessage('<{details.a}>', { details: { a: text } })).toBe(`<${text}>`);
      }),
    );
  });

  it.each([undefined, null, 1, 'x', []])('renders missing values for %j', (nothing) => {
    expect(renderMessage('Built {details.apiName}', nothing)).toBe('Built …');
  });

  it.each([
    ['{type|upper}', 'user.build'],
    ['{type|}', 'user.build'],
    ['{details.absent|upper}', '…'],
    ['{details.one|count}', '1'],
    ['{type|or}', 'user.build'],
    ['{|}{.}', '……'],
  ])('%s, which no type may have, shows something plain', (template, expected) => {
    expect(renderMessage(template, event)).toBe(expected);
  });

  it('never throws for any template and any JSON', () => {
    const written = fc
      .array(fc.constantFrom('{', '}', '|', ':', '.', 'details', 'a', 'count', 'list', 'or', 'x'))
      .map((parts) => parts.join(''));
    const objects = fc.constantFrom<unknown>(
      { toString: 1, valueOf: 1 },
      { toJSON: 1 },
      [{ toString: 1 }],
      'a\ud800',
    );
    fc.assert(
      fc.property(written, fc.oneof(objects, fc.jsonValue()), (template, value) => {
        const holder = { details: { a: value } };
        for (const text of [template, '{details.a|list}', '{details.a|count:a:b}', '{details.a}'])
          expect(typeof renderMessage(text, holder)).toBe('string');
        renderPath(`/${template}`, holder);
        renderPath('/{details.a}', holder);
      }),
    );
  });
});

describe('renderPath', () => {
  it.each([
    ['/builds/{targets.0.id}', '/builds/312'],
    ['/apis/{details.apiName}', '/apis/Llama%20Store'],
    ['/builds/{targets.7.id|or:targets.0.id}', '/builds/312'],
    ['https://git.example/{targets.0.name}', 'https://git.example/Build%20%23312'],
    ['https://git.example:8443/', 'https://git.example:8443/'],
    ['/audit-trails', '/audit-trails'],
  ])('%s becomes %s', (template, expected) => {
    expect(renderPath(template, event)).toBe(expected);
  });

  it.each(['/builds/{details.absent}', '/builds/{details.empty}', '/{constructor.name}'])(
    '%s is undefined because a value is missing',
    (template) => {
      expect(renderPath(template, event)).toBeUndefined();
    },
  );

  it.each([
    'javascript:alert(1)',
    'javascript:{details.apiName}',
    ' javascript:alert(1)',
    'data:text/html,{details.apiName}',
    'http://example.com/',
    'https:///example.com/',
    'https://ada@example.com/',
    'https://ada:secret@example.com/',
    'https://example .com/',
    'https://example.com\\@evil.example/',
    '//example.com/{targets.0.id}',
    '/\\example.com',
    '/\t/example.com',
    '{details.apiName}',
    '{details.apiName}://example.com/',
    'https://{details.apiName}/',
    'https://{details.apiName}.example.com/',
    'https://example.com{details.apiName}/',
    'https://example.com:{targets.0.id}/',
    'builds/{targets.0.id}',
    '',
  ])('%j is undefined because it is neither a path nor a fixed host', (template) => {
    expect(renderPath(template, event)).toBeUndefined();
  });

  it.each(['.', '..'])('is undefined for the value %s', (value) => {
    expect(renderPath('/builds/{details.a}', { details: { a: value } })).toBeUndefined();
  });

  it('stays below its own page for any value', () => {
    const hostile = fc.constantFrom(
      'javascript:alert(1)',
      '//evil.example',
      '../..',
      '?a=b#c',
      '\ud800',
    );
    fc.assert(
      fc.property(fc.oneof(hostile, anyText), (value) => {
        const path = renderPath('/builds/{details.a}', { details: { a: value } });
        if (path === undefined) {
          expect(['.', '..', '…']).toContain(value);
          return;
        }
        const url = new URL(path, 'https://portal.example');
        expect(url.origin + url.search + url.hash).toBe('https://portal.example');
        expect(url.pathname.split('/')).toHaveLength(3);
        expect(decodeURIComponent(url.pathname.slice(8))).toBe(value.toWellFormed());
      }),
    );
  });
});
