/** Has a build's documents read where they can do no harm: in a thread of its own, for a bounded time, in bounded memory. */

import { Worker } from 'node:worker_threads';
import { AppError } from '@liblab/audit-core';
import type { BuildSpec } from './build-spec.ts';

/** What the thread answers: a preview for each document, or what is wrong with the first bad one. */
export type Prepared =
  | { previews: string[] }
  | { index: number; line: number; column: number; reason: string };

const timeMaxMs = 10_000;
const memoryMax = { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 32, stackSizeMb: 4 };
/** Registrations that wait for the one being read. */
const waitingMax = 50;

let last: Promise<unknown> = Promise.resolve();
let waiting = 0;

/**
 * What the preview shows of each document. One registration's are read at a time, so that many cost no more memory.
 * @throws AppError `invalid_document`; `rate_limited`
 */
export async function prepareDocuments(documents: BuildSpec['documents']): Promise<string[]> {
  if (documents.length === 0) return [];
  if (waiting >= waitingMax) {
    throw new AppError(
      'rate_limited',
      `${waitingMax} builds with documents are being registered; try again in some seconds.`,
      { retryAfterSeconds: 5 },
    );
  }
  waiting += 1;
  const turn = last.then(() => runThread(documents));
  last = turn.catch(() => {}).finally(() => (waiting -= 1));
  const prepared = await turn;
  if ('previews' in prepared) return prepared.previews;
  const { index, line, column, reason } = prepared;
  throw invalid(`Line ${line}, column ${column}: ${reason}.`, `$.documents[${index}].content`);
}

function runThread(documents: BuildSpec['documents']): Promise<Prepared> {
  const worker = new Worker(new URL('./read-documents.ts', import.meta.url), {
    workerData: documents.map(({ kind, content }) => ({ kind, content })),
    resourceLimits: memoryMax,
    env: {},
  });
  const { promise, resolve, reject } = Promise.withResolvers<Prepared>();
  const timer = setTimeout(
    () => reject(invalid(`Reading the documents takes longer than ${timeMaxMs / 1000} seconds.`)),
    timeMaxMs,
  );
  worker.once('message', resolve);
  worker.once('error', (error: NodeJS.ErrnoException) =>
    reject(
      error.code === 'ERR_WORKER_OUT_OF_MEMORY'
        ? invalid(`Reading the documents takes more memory than it is given.`)
        : error,
    ),
  );
  worker.once('exit', () => reject(new Error('The thread that reads documents ended early.')));
  return promise.finally(async () => {
    clearTimeout(timer);
    await worker.terminate();
  });
}

function invalid(message: string, path = '$.documents'): AppError {
  return new AppError('invalid_document', `${message} Correct the document and send it again.`, {
    path,
  });
}
