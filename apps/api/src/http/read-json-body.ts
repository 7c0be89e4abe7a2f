/** Reads a request's JSON body within its bounds, gzip or not. */

import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { AppError } from '@liblab/audit-core';

const gunzipAsync = promisify(gunzip);
const decoder = new TextDecoder('utf-8', { fatal: true });

/**
 * The parsed body, of at most `bytesMax` before and after decompression. Of a name that stands twice in an object the
 * last counts, as everywhere in JavaScript. Throws AppError: `unsupported_media_type`, `too_large` or `bad_request` when
 * it is not UTF-8, not gzip though it says so, or not JSON.
 */
export async function readJsonBody(req: IncomingMessage, bytesMax: number): Promise<unknown> {
  const type = req.headers['content-type'] ?? '';
  if (!/^application\/json\s*(;|$)/i.test(type)) {
    throw new AppError(
      'unsupported_media_type',
      'Content-Type must be application/json; charset=utf-8.',
    );
  }
  const encoding = req.headers['content-encoding']?.toLowerCase() ?? 'identity';
  if (encoding !== 'identity' && encoding !== 'gzip') {
    throw new AppError(
      'unsupported_media_type',
      `Content-Encoding ${encoding} is not supported. Use gzip or none.`,
    );
  }
  const received = await readAll(req, bytesMax);
  return parse(encoding === 'gzip' ? await decompress(received, bytesMax) : received);
}

/**
 * A body beyond the bound is read to its end and thrown away: answering in the middle of it would reset the connection,
 * and the client would never learn why. Beyond the drain's bound it is cut all the same.
 */
async function readAll(req: IncomingMessage, bytesMax: number): Promise<Buffer> {
  let chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of req as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > 16 * bytesMax) break;
      if (bytes > bytesMax) chunks = [];
      else chunks.push(chunk);
    }
  } catch (error) {
    throw new AppError('bad_request', 'The body was cut off. Send the request again.', {
      cause: error,
    });
  }
  if (bytes > bytesMax) throw tooLarge(bytesMax);
  return Buffer.concat(chunks);
}

async function decompress(body: Buffer, bytesMax: number): Promise<Buffer> {
  try {
    // Stops inflating at the bound: a bomb costs no more memory than an honest body.
    return await gunzipAsync(body, { maxOutputLength: bytesMax });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(bytesMax);
    throw new AppError('bad_request', 'The body is declared as gzip but cannot be decompressed.', {
      cause: error,
    });
  }
}

function parse(body: Buffer): unknown {
  let text: string;
  try {
    text = decoder.decode(body);
  } catch (error) {
    throw new AppError('bad_request', 'The body is not valid UTF-8.', { cause: error });
  }
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new AppError('bad_request', `The body is not valid JSON: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

function tooLarge(bytesMax: number): AppError {
  return new AppError(
    'too_large',
    `The body is larger than ${bytesMax} bytes after decompression. Split it into several requests.`,
  );
}
