/** What is read of an OpenAPI document, and the READMEs that are written from it. */

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeReadme } from '../src/make-readme.ts';
import { readOpenapi } from '../src/openapi-document.ts';
import { config, makeProject, openapi, type Project } from './support/project.ts';
import { startTroubledPortal } from './support/troubled-portal.ts';

let project: Project;
beforeAll(() => void (project = makeProject()));
afterAll(() => project[Symbol.dispose]());

test('a README tells name, versions, package and operations, and a summary breaks no table', async () => {
  const document = await readOpenapi(project.folder, 'spec.json');
  expect(makeReadme(config, document, 'typescript', '1.4.0'))
    .toBe(`# llama-store TypeScript SDK 1.4.0

An SDK for Llama Store API in TypeScript.

- API version: 0.1.7
- SDK version: 1.4.0

## Installation

\`\`\`sh
npm install @exciting-soda/llama-store
\`\`\`

## Operations

### Llamas

| operation | path | |
| --- | --- | --- |
| GET | \`/llamas\` | All \\| llamas |

| operation | path | |
| --- | --- | --- |
| POST | \`/llamas\` | add |
`);
});

test('a document is read from an address too, and from YAML', async () => {
  await using server = await startTroubledPortal({ status: 200, body: openapi }, { status: 404 });
  const document = await readOpenapi('/', `${server.url}/specs/llama.json?signature=1`);
  expect(document).toMatchObject({ name: 'llama.json', title: 'Llama Store API' });
  await expect(readOpenapi('/', `${server.url}/gone.json`)).rejects.toThrow('answered 404');
  project.write('spec.yaml', 'openapi: 3.1.0\ninfo: { title: Llamas, version: "2" }\n');
  expect(await readOpenapi(project.folder, 'spec.yaml')).toMatchObject({ version: '2' });
});

test.each([
  ['{ "openapi": ', /cannot be parsed/],
  ['- a\n- b\n', /is no OpenAPI document/],
  ['{ "info": { "title": "a", "version": "1" } }', /says neither openapi nor swagger/],
  [
    'a: &a [x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]',
    /cannot be parsed/,
  ],
])('%j is refused', async (text, message) => {
  project.write('bad', text);
  await expect(readOpenapi(project.folder, 'bad')).rejects.toThrow(message);
});

const foreign = process.env['AUDIT_FOREIGN_DATA'];

describe.skipIf(!foreign)('AUDIT_FOREIGN_DATA: OpenAPI documents of others', () => {
  const folder = join(foreign ?? '', 'openapi');
  const names = foreign ? readdirSync(folder).filter((name) => !name.startsWith('LICENSE')) : [];

  test.each(names)('%s becomes a README that names each operation', async (name) => {
    const document = await readOpenapi(folder, name);
    const readme = makeReadme(config, document, 'python', '1.0.0');
    for (const { path } of document.operations)
      expect(readme).toContain(path.replaceAll('|', '\\|'));
    const known = { 'box-openapi.json': 296, 'plex-api-spec.yaml': 241 }[name];
    if (known !== undefined) expect(document.operations).toHaveLength(known);
  });
});
