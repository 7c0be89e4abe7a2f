/** One HTTP request and its answer, over connections that are kept alive but never keep the process alive. */

import * as http from 'node:http';
import * as https from 'node:https';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { ConnectionError, InvalidAnswerError, TimeoutError } from './errors.ts';

const gzipAsync = promisify(gzip);
const gzipFromBytes = 1_024;
const answerBytesMax = 4 * 1024 * 1024;
/** An attempt that neither connects nor uploads a byte in this time has failed. */
const stallMs = 5_000;

export interface Answer {
  status: number;
  requestId: string | undefined;
  retryAfter: string | undefined;
  body: string;
}

export interface TransportOptions {
  endpoint: URL;
  apiKey: string;
  gzip: boolean;
}

/** Answers are returned as they are, whatever their status; redirects are not followed. */
export class Transport {
  readonly #options: TransportOptions;
  readonly #agent: http.Agent;
  readonly #request: typeof http.request;
  readonly #open = new Set<http.ClientRequest>();

  constructor(options: TransportOptions) {
    this.#options = options;
    const secure = options.endpoint.protocol === 'https:';
    this.#request = secure ? https.request : http.request;
    this.#agent = new (secure ? https : http).Agent({ keepAlive: true });
  }

  /** Throws ConnectionError, TimeoutError, or InvalidAnswerError when the answer has no end. */
  async post(json: string, timeoutMs: number): Promise<Answer> {
    const plain = Buffer.from(json);
    const compress = this.#options.gzip && plain.length >= gzipFromBytes;
    const body = compress ? await gzipAsync(plain, { level: 1 }) : plain;
    const headers: http.OutgoingHttpHeaders = {
      authorization: `Bearer ${this.#options.apiKey}`,
      'content-type': 'application/json',
      'content-length': body.length,
    };
    if (compress) headers['content-encoding'] = 'gzip';
    return this.#send(headers, body, timeoutMs);
  }

  /** Ends attempts that are still connecting or uploading: what the system counts as alive even when unref'ed. */
  dropUnsent(): void {
    for (const req of this.#open) {
      if (!req.writableFinished)
        req.destroy(new ConnectionError('The connection made no progress.'));
    }
  }

  /** Ends all attempts and idle connections. */
  close(): void {
    for (const req of this.#open) req.destroy(new ConnectionError('The client was closed.'));
    this.#agent.destroy();
  }

  #send(headers: http.OutgoingHttpHeaders, body: Buffer, timeoutMs: number): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const options = { method: 'POST', agent: this.#agent, headers, timeout: stallMs };
      const req = this.#request(this.#options.endpoint, options);
      this.#open.add(req);
      const timer = setTimeout(() => {
        req.destroy(new TimeoutError(`No answer within ${Math.round(timeoutMs)} ms.`));
      }, timeoutMs).unref();
      const fail = (err: Error) => {
        const known = err instanceof TimeoutError || err instanceof InvalidAnswerError;
        reject(known || err instanceof ConnectionError ? err : connectionError(err));
      };
      req.on('socket', (socket) => socket.unref());
      req.on('timeout', () => req.destroy(new TimeoutError(`No progress within ${stallMs} ms.`)));
      req.on('finish', () => req.setTimeout(0));
      req.on('error', fail);
      req.on('close', () => {
        clearTimeout(timer);
        this.#open.delete(req);
        // A no-op unless neither an answer nor an error came.
        fail(new Error('closed without an answer'));
      });
      req.on('response', (res) => {
        const chunks: Buffer[] = [];
        let bytes = 0;
        res.on('data', (chunk: Buffer) => {
          chunks.push(chunk);
          bytes += chunk.length;
          if (bytes > answerBytesMax) {
            req.destroy(
              new InvalidAnswerError(`The answer is longer than ${answerBytesMax} bytes.`),
            );
          }
        });
        res.on('error', fail);
        res.on('end', () =>
          resolve({
            status: res.statusCode ?? 0,
            requestId: headerOf(res, 'x-request-id')?.slice(0, 200),
            retryAfter: headerOf(res, 'retry-after'),
            body: Buffer.concat(chunks).toString(),
          }),
        );
      });
      req.end(body);
    });
  }
}

function connectionError(err: Error): ConnectionError {
  const { code = err.message } = err as NodeJS.ErrnoException;
  return new ConnectionError(`The connection failed: ${code}.`, { cause: err });
}

function headerOf(res: http.IncomingMessage, name: string): string | undefined {
  const value = res.headers[name];
  return Array.isArray(value) ? value[0] : value;
}
