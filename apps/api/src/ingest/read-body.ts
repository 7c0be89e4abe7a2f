/** Reads a request's JSON body within its bounds, gzip or not. */

import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { AppError, limits } from '@liblab/audit-core';

const gunzipAsync = promisify(gunzip);
const decoder = new TextDecoder('utf-8', { fatal: true });

/**
 * The parsed body. Throws AppError: `unsupported_media_type`, `too_large` (before or after decompression) or
 * `bad_request` when it is not UTF-8, not gzip though it says so, or not JSON.
 */
export async function readJsonBody(req: IncomingMessage): Promise<unknown> {
  const type = req.headers['content-type'] ?? '';
  if (!/^application\/json\s*(;|$)/i.test(type)) {
    throw new AppError(
      'unsupported_media_type',
      'The content type must be application/json; charset=utf-8.',
    );
  }
  const encoding = req.headers['content-encoding']?.toLowerCase() ?? 'identity';
  if (encoding !== 'identity' && encoding !== 'gzip') {
    throw new AppError(
      'unsupported_media_type',
      `The content encoding ${encoding} is not supported; send gzip or none.`,
    );
  }
  const received = await readAll(req);
  return parse(encoding === 'gzip' ? await decompress(received) : received);
}

async function readAll(req: IncomingMessage): Promise<Buffer> {
  if (Number(req.headers['content-length']) > limits.requestBytesMax) throw tooLarge();
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of req as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > limits.requestBytesMax) throw tooLarge();
    chunks.push(chunk);
  }
  return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
}

async function decompress(body: Buffer): Promise<Buffer> {
  try {
    // Stops inflating at the bound: a bomb costs no more memory than an honest body.
    return await gunzipAsync(body, { maxOutputLength: limits.requestBytesMax });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge();
    throw new AppError('bad_request', 'The body says it is gzip but cannot be decompressed.', {
      cause: error,
    });
  }
}

function parse(body: Buffer): unknown {
  let text: string;
  try {
    text = decoder.decode(body);
  } catch (error) {
    throw new AppError('bad_request', 'The body is not UTF-8.', { cause: error });
  }
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new AppError('bad_request', `The body is not JSON: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

function tooLarge(): AppError {
  return new AppError(
    'too_large',
    `The body is larger than ${limits.requestBytesMax} bytes after decompression; send fewer events at once.`,
  );
}
