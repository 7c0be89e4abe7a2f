/** Reading liblab.config.json, and its error messages. */

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readConfig } from '../src/liblab-config.ts';
import { makeProject, type Project } from './support/project.ts';

let project: Project;
beforeAll(() => void (project = makeProject()));
afterAll(() => project[Symbol.dispose]());

function read(text: string) {
  project.write('liblab.config.json', text);
  return readConfig(project.folder);
}

test('comments and trailing commas are allowed, and empty fields count as absent', () => {
  const config = read(`{
    // the SDK's name
    "sdkName": "llama-store", "apiName": "",
    "specFilePath": "spec.json", /* beside it */
    "languages": ["go", "go", "php",],
    "languageOptions": { "go": { "goModuleName": "", "sdkVersion": "0.0.4", }, },
    "customizations": { "devContainer": true },
  }`);
  expect(config).toMatchObject({ sdkName: 'llama-store', languages: ['go', 'php'] });
  expect(config.apiName).toBeUndefined();
  expect(config.languageOptions.go).toEqual({ sdkVersion: '0.0.4' });
});

test.each([
  ['{\n  "sdkName": "a"\n  "x": 1 }', ':3:3 is not valid JSON: comma expected'],
  ['', ':1:1 is not valid JSON'],
  ['[]', ':1:1 $ must be of type object'],
  [
    '{\n  "sdkName": "a",\n  "specFilePath": "s",\n  "languages": ["go", "cobol"]\n}',
    ':4:23 $.languages[1] must be one of ',
  ],
  ['{\n  "sdkName": "a",\n  "languages": ["go"]\n}', ':1:1 $.specFilePath is required'],
])('the problem in %j is located by line and column', (text, message) => {
  expect(() => read(text)).toThrow(`liblab.config.json${message}`);
});

test('a missing file is named, with the option to pass another', () => {
  expect(() => readConfig(project.folder, 'other.json')).toThrow(
    /other\.json \(ENOENT\).*--config/,
  );
});

const foreign = process.env['AUDIT_FOREIGN_DATA'];

describe.skipIf(!foreign)('AUDIT_FOREIGN_DATA: configurations of liblab’s users', () => {
  const folder = join(foreign ?? '', 'liblab/configs');

  test.each(foreign ? readdirSync(folder) : [])('%s is read', (name) => {
    const config = readConfig(folder, name);
    expect(config.languages.length).toBeGreaterThan(1);
    expect(config.specFilePath).toMatch(/\.json$/);
  });
});
