/** Reading OpenAPI documents, and the READMEs made from them. */

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeReadme } from '../src/make-readme.ts';
import { readOpenapi } from '../src/openapi-document.ts';
import { config, makeProject, openapi, type Project } from './support/project.ts';
import { startScriptedPortal } from './support/scripted-portal.ts';

let project: Project;
beforeAll(() => void (project = makeProject()));
afterAll(() => project[Symbol.dispose]());

test('a README lists name, versions, package and operations, with summaries escaped for tables', async () => {
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

test('a document can be a URL, and YAML', async () => {
  await using server = await startScriptedPortal({ status: 200, body: openapi }, { status: 404 });
  const document = await readOpenapi('/', `${server.url}/specs/llama.json?signature=1`);
  expect(document).toMatchObject({ name: 'llama.json', title: 'Llama Store API' });
  await expect(readOpenapi('/', `${server.url}/gone.json`)).rejects.toThrow(
    'responded with status 404',
  );
  project.write('spec.yaml', 'openapi: 3.1.0\ninfo: { title: Llamas, version: "2" }\n');
  expect(await readOpenapi(project.folder, 'spec.yaml')).toMatchObject({ version: '2' });
});

test.each([
  ['{\n  "openapi": ', /^Cannot parse bad, line 2, column \d+: /],
  ['a: [1\nb: 2\n', /^Cannot parse bad, line 2, column \d+: [^\n]+$/],
  ['{ "openapi": "3.1.0" }', /^bad is not an OpenAPI document: "info" is missing$/],
  ['- a\n- b\n', /is not an OpenAPI document/],
  ['{ "info": { "title": "a", "version": "1" } }', /has neither "openapi" nor "swagger"/],
  [
    'a: &a [x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]',
    /^Cannot parse /,
  ],
])('%j is rejected', async (text, message) => {
  project.write('bad', text);
  await expect(readOpenapi(project.folder, 'bad')).rejects.toThrow(message);
});

const foreign = process.env['AUDIT_FOREIGN_DATA'];

describe.skipIf(!foreign)('AUDIT_FOREIGN_DATA: OpenAPI documents of other companies', () => {
  const folder = join(foreign ?? '', 'openapi');
  const names = foreign ? readdirSync(folder).filter((name) => !name.startsWith('LICENSE')) : [];

  test.each(names)('the README of %s lists every operation', async (name) => {
    const document = await readOpenapi(folder, name);
    const readme = makeReadme(config, document, 'python', '1.0.0');
    for (const { path } of document.operations)
      expect(readme).toContain(path.replaceAll('|', '\\|'));
    const known = { 'box-openapi.json': 296, 'plex-api-spec.yaml': 241 }[name];
    if (known !== undefined) expect(document.operations).toHaveLength(known);
  });
});
