/** Reads a request's JSON body up to a size limit, plain or gzip. */

import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { AppError } from '@liblab/audit-core';

const gunzipAsync = promisify(gunzip);
const decoder = new TextDecoder('utf-8', { fatal: true });

/**
 * The parsed body, of at most `bytesMax` bytes before and after decompression. The last of duplicate names in an object
 * wins, as in `JSON.parse`.
 *
 * @throws AppError `unsupported_media_type`; `too_large`; `bad_request` when the body is cut off, is not valid UTF-8 or
 *   JSON, or is declared as gzip and is not
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
 * Reads a body that is too large to its end and discards it: an answer before the end would reset the connection, and
 * the client would not see the error. Stops at 16 times the limit.
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
    // Stops inflating at the limit, so a decompression bomb needs no more memory than a valid body.
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
    const place = placeOf((error as Error).message);
    throw new AppError('bad_request', `The body is not valid JSON${place}.`, { cause: error });
  }
}

/** Where JSON is invalid, by the parser's message, which does not always say. */
function placeOf(message: string): string {
  if (/end of JSON/.test(message)) return ': it ends too early';
  const [, line, column] = /line (\d+) column (\d+)/.exec(message) ?? [];
  return line === undefined ? '' : `: line ${line}, column ${column}`;
}

function tooLarge(bytesMax: number): AppError {
  return new AppError(
    'too_large',
    `The body is larger than ${bytesMax} bytes after decompression. Split it into several requests.`,
  );
}
