/** `Transport`: sends HTTP requests over reused connections that do not keep the process alive. */

import * as http from 'node:http';
import * as https from 'node:https';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { ConnectionError, InvalidResponseError, TimeoutError } from './errors.ts';

const gzipAsync = promisify(gzip);
const gzipFromBytes = 1_024;
const responseBytesMax = 4 * 1024 * 1024;
/** An attempt fails when it neither connects nor uploads a byte for this long. */
const stallMs = 5_000;

/** A response of any status. */
export interface HttpResponse {
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

/** Returns responses of any status as they are; does not follow redirects. */
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

  /** @throws ConnectionError, TimeoutError; InvalidResponseError when the response exceeds 4 MiB */
  async post(json: string, timeoutMs: number): Promise<HttpResponse> {
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

  /** Aborts attempts that are still connecting or uploading, which keep the process alive even when unref'ed. */
  dropUnsent(): void {
    for (const req of this.#open) {
      if (!req.writableFinished)
        req.destroy(new ConnectionError('The connection made no progress.'));
    }
  }

  /** Aborts all attempts and closes idle connections. */
  close(): void {
    for (const req of this.#open) req.destroy(new ConnectionError('The client was closed.'));
    this.#agent.destroy();
  }

  #send(headers: http.OutgoingHttpHeaders, body: Buffer, timeoutMs: number): Promise<HttpResponse> {
    return new Promise((resolve, reject) => {
      const options = { method: 'POST', agent: this.#agent, headers, timeout: stallMs };
      const req = this.#request(this.#options.endpoint, options);
      this.#open.add(req);
      const timer = setTimeout(() => {
        req.destroy(new TimeoutError(`No response within ${Math.round(timeoutMs)} ms.`));
      }, timeoutMs).unref();
      const fail = (err: Error) => {
        const known = err instanceof TimeoutError || err instanceof InvalidResponseError;
        reject(known || err instanceof ConnectionError ? err : connectionError(err));
      };
      req.on('socket', (socket) => socket.unref());
      req.on('timeout', () =>
        req.destroy(new TimeoutError(`The connection made no progress for ${stallMs} ms.`)),
      );
      req.on('finish', () => req.setTimeout(0));
      req.on('error', fail);
      req.on('close', () => {
        clearTimeout(timer);
        this.#open.delete(req);
        // A no-op once a response or an error has arrived.
        fail(new Error('closed without a response'));
      });
      req.on('response', (res) => {
        const chunks: Buffer[] = [];
        let bytes = 0;
        res.on('data', (chunk: Buffer) => {
          chunks.push(chunk);
          bytes += chunk.length;
          if (bytes > responseBytesMax) {
            req.destroy(
              new InvalidResponseError(`The response exceeds ${responseBytesMax} bytes.`),
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
  return new ConnectionError(`The connection failed (${code}). Check url and the network.`, {
    cause: err,
  });
}

function headerOf(res: http.IncomingMessage, name: string): string | undefined {
  const value = res.headers[name];
  return Array.isArray(value) ? value[0] : value;
}
