/** OpenAPI documents are parsed or rejected within limits, and contain no external references. */

import { describe, expect, it } from 'vitest';
import { foreignData, jsonBodies, naughtyStrings } from '../../../test/support/foreign-data.ts';
import { InvalidDocument } from './invalid-document.ts';
import { readOpenapi } from './read-openapi.ts';

const head = { openapi: '3.1.0', info: { title: 'T', version: '1' } };

const read = (content: unknown): unknown =>
  JSON.parse(readOpenapi(typeof content === 'string' ? content : JSON.stringify(content)));

/** The problem, as the API reports it. */
function problemOf(content: string): string {
  try {
    readOpenapi(content);
  } catch (error) {
    if (error instanceof InvalidDocument) {
      return `Line ${error.line}, column ${error.column}: ${error.message}`;
    }
    throw error;
  }
  throw new Error('The document was accepted.');
}

it.each<[string, string, RegExp]>([
  ['bad YAML', 'openapi: 3.1.0\ninfo:\n  title: "T\n', /^Line \d+, column \d+: .*quot/i],
  ['two YAML documents', 'openapi: 3.1.0\n---\nopenapi: 3.1.0\n', /^Line 2, column 1: /],
  [
    'a duplicate key',
    'openapi: 3.1.0\nopenapi: 3.0.0\n',
    /^Line 2, column 1: Map keys must be unique/,
  ],
  ['bad JSON', '{\n  "openapi": "3.1.0",\n  "info": {"a" "b"}\n}', /^Line 3, column \d+: /],
  ['truncated JSON', '{"openapi": "3.1.0", "info": {', /^Line 1, column \d+: /],
  [
    'another kind of document',
    '{"asyncapi": "3.0.0"}',
    /^Line 1, column 1: the document has neither/,
  ],
  ['not an object', '[]', /the document has neither/],
  ['prose', 'This is not a document', /the document has neither/],
  ['an alias to its own ancestor', 'openapi: 3.1.0\na: &a [*a]\n', /levels of nesting/],
  ['an unresolved alias', 'openapi: 3.1.0\na: *b\n', /^Line 2, column 4: .*alias/i],
  ['101 levels', `{"openapi":"3.1.0","x":${'['.repeat(100)}${']'.repeat(100)}}`, /100 levels/],
  [
    '100,000 levels',
    `{"openapi":"3.1.0","x":${'['.repeat(1e5)}${']'.repeat(1e5)}}`,
    /levels|stack/i,
  ],
  ['100,000 levels of YAML', `openapi: 3.1.0\nx: ${'[a, '.repeat(1e5)}`, /./],
  ['600,000 values', `{"openapi":"3.1.0","x":[${'1,'.repeat(6e5)}1]}`, /500000 values/],
  [
    'a long text repeated by aliases',
    `openapi: 3.1.0\na: &a ${'x'.repeat(100_000)}\nb: [${'*a, '.repeat(99)}*a]\n`,
    /8388608 characters/,
  ],
  [
    '60,000 references',
    JSON.stringify({ ...head, x: Array.from({ length: 6e4 }, () => ({ $ref: '#/info' })) }),
    /50000 references/,
  ],
])('%s: rejected with line, column and reason', (_, content, message) => {
  expect(problemOf(content)).toMatch(message);
});

it('rejects aliases that multiply without expanding them', () => {
  const levels = Array.from({ length: 12 }, (_, n) =>
    n === 0 ? 'a0: &a0 [x,x,x,x,x,x,x,x,x]' : `a${n}: &a${n} [${`*a${n - 1},`.repeat(9)}]`,
  );
  expect(problemOf(['openapi: 3.1.0', ...levels].join('\n'))).toMatch(/alias/i);
});

it('replaces external, missing and circular references by a description', () => {
  const document = read({
    ...head,
    components: {
      schemas: {
        Remote: { $ref: 'http://127.0.0.1:1/x.json#/A' },
        File: { $ref: './other.yaml' },
        Missing: { $ref: '#/components/schemas/None' },
        Circle: { $ref: '#/components/schemas/Round' },
        Round: { $ref: '#/components/schemas/Circle' },
        Self: { properties: { child: { $ref: '#/components/schemas/Self' } } },
        'a/b~c d': { type: 'string' },
        Named: { properties: { $ref: { $ref: '#/components/schemas/a~1b~0c%20d' } } },
      },
    },
  }) as { components: { schemas: Record<string, unknown> } };
  expect(document.components.schemas).toEqual({
    Remote: { description: 'External reference, not followed: http://127.0.0.1:1/x.json#/A' },
    File: { description: 'External reference, not followed: ./other.yaml' },
    Missing: {
      description: 'Reference to a missing part of the document: #/components/schemas/None',
    },
    Circle: { $ref: '#/components/schemas/Round' },
    Round: { description: expect.stringContaining('Circular reference') as string },
    Self: { properties: { child: { $ref: '#/components/schemas/Self' } } },
    'a/b~c d': { type: 'string' },
    Named: { properties: { $ref: { $ref: '#/components/schemas/a~1b~0c%20d' } } },
  });
});

describe.skipIf(!foreignData)('AUDIT_FOREIGN_DATA: hostile documents', () => {
  it.each(jsonBodies)('$name is accepted or rejected', ({ bytes }) => {
    // Most are not OpenAPI documents. No other error may be thrown.
    expect(problemOf(bytes.toString())).toMatch(/^Line \d+, column \d+: ./);
    const inside = `{"openapi": "3.1.0", "x": ${bytes.toString()}}`;
    try {
      read(inside);
    } catch (error) {
      expect(error).toBeInstanceOf(InvalidDocument);
    }
  });

  it('keeps naughty strings in a document unchanged', () => {
    const strings = naughtyStrings.filter((text) => text.isWellFormed());
    const document = { ...head, 'x-naughty': strings, [`x-${strings.join('')}`]: 1 };
    expect(read(document)).toEqual(document);
  });
});
