/** A folder with a liblab.config.json and its OpenAPI document. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Project extends Disposable {
  folder: string;
  write(name: string, text: string): void;
}

export const config = {
  sdkName: 'llama-store',
  apiName: 'Llama Store',
  specFilePath: 'spec.json',
  languages: ['typescript', 'go'],
  languageOptions: {
    typescript: { npmName: 'llama-store', npmOrg: 'exciting-soda', sdkVersion: '1.4.0' },
  },
};

export const openapi = {
  openapi: '3.0.3',
  info: { title: 'Llama Store API', version: '0.1.7' },
  paths: {
    '/llamas': { get: { summary: 'All | llamas', tags: ['Llamas'] }, post: { operationId: 'add' } },
  },
};

export function makeProject(): Project {
  const folder = mkdtempSync(join(tmpdir(), 'liblab-'));
  const write: Project['write'] = (name, text) => writeFileSync(join(folder, name), text);
  write('liblab.config.json', JSON.stringify(config));
  write('spec.json', JSON.stringify(openapi));
  return {
    folder,
    write,
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}
