/** The thread that parses documents and renders their previews. */

import { parentPort, workerData } from 'node:worker_threads';
import { InvalidDocument } from './invalid-document.ts';
import type { Prepared } from './prepare-documents.ts';
import { readOpenapi } from './read-openapi.ts';
import { renderReadme } from './render-readme.ts';

parentPort?.postMessage(read(workerData as { kind: string; content: string }[]));

function read(documents: { kind: string; content: string }[]): Prepared {
  const previews: string[] = [];
  for (const [index, { kind, content }] of documents.entries()) {
    try {
      previews.push(kind === 'openapi' ? readOpenapi(content) : renderReadme(content));
    } catch (error) {
      if (!(error instanceof InvalidDocument)) throw error;
      const { line, column, message } = error;
      return { index, line, column, reason: message };
    }
  }
  return { previews };
}
