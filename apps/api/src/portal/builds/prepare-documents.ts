/** Parses documents and renders their previews in a separate thread, with limits on time and memory. */

import { Worker } from 'node:worker_threads';
import { AppError } from '@liblab/audit-core';
import type { BuildSpec } from './build-spec.ts';
import { createFairQueue } from './fair-queue.ts';

/** The thread's result: a preview for each document, or the problem of the first invalid one. */
export type Prepared =
  | { previews: string[] }
  | { index: number; line: number; column: number; reason: string };

const defaultTimeoutMs = 10_000;
const memoryMax = { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 32, stackSizeMb: 4 };
/** Bounds memory, and keeps slow documents of one organisation from delaying others. */
const queue = createFairQueue({
  runningMax: 2,
  waitingMax: { perOwner: 10, total: 50 },
  name: 'builds with documents',
});

/**
 * The preview of each document.
 *
 * @throws AppError `invalid_document`; `rate_limited`
 */
export async function prepareDocuments(
  organizationId: string,
  documents: BuildSpec['documents'],
  timeoutMs = defaultTimeoutMs,
): Promise<string[]> {
  if (documents.length === 0) return [];
  const prepared = await queue.run(organizationId, () => runThread(documents, timeoutMs));
  if ('previews' in prepared) return prepared.previews;
  const { index, line, column, reason } = prepared;
  throw invalid(`Line ${line}, column ${column}: ${reason}.`, `$.documents[${index}].content`);
}

function runThread(documents: BuildSpec['documents'], timeoutMs: number): Promise<Prepared> {
  const worker = new Worker(new URL('./read-documents.ts', import.meta.url), {
    workerData: documents.map(({ kind, content }) => ({ kind, content })),
    resourceLimits: memoryMax,
    env: {},
  });
  const { promise, resolve, reject } = Promise.withResolvers<Prepared>();
  const timer = setTimeout(
    () => reject(invalid(`Parsing the documents takes longer than ${timeoutMs / 1000} seconds.`)),
    timeoutMs,
  );
  worker.once('message', resolve);
  worker.once('error', (error: NodeJS.ErrnoException) =>
    reject(
      error.code === 'ERR_WORKER_OUT_OF_MEMORY'
        ? invalid('Parsing the documents takes more memory than allowed.')
        : error,
    ),
  );
  worker.once('exit', () =>
    reject(new Error('The thread that parses documents exited without a result.')),
  );
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
