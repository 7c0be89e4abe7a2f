/** Sequential HTTP calls over one open connection, like those of a browser or a tool. */

import { Agent, request, type OutgoingHttpHeaders } from 'node:http';

export interface Calls {
  /**
   * Returns the response's body.
   * @throws Error on any status other than 200
   */
  get(path: string): Promise<Buffer>;
  post(path: string, body: string): Promise<Buffer>;
  /** Reads and discards the body. Returns its length in bytes. */
  drain(path: string): Promise<number>;
  close(): void;
}

export function openCalls(url: string, credentials: OutgoingHttpHeaders): Calls {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });

  /** Passes the body's chunks to `take`; resolves at its end. */
  function call(
    method: 'GET' | 'POST',
    path: string,
    body: string | undefined,
    take: (chunk: Buffer) => void,
  ): Promise<void> {
    const headers = { ...credentials };
    if (body !== undefined) headers['content-type'] = 'application/json';
    return new Promise((resolve, reject) => {
      const req = request(new URL(path, url), { agent, method, headers }, (res) => {
        res.on('data', take);
        res.on('error', reject);
        res.on('end', () => {
          if (res.statusCode === 200) resolve();
          else reject(new Error(`${method} ${path} responded with status ${res.statusCode}.`));
        });
      });
      req.on('error', reject);
      req.end(body);
    });
  }

  async function whole(method: 'GET' | 'POST', path: string, body?: string): Promise<Buffer> {
    const chunks: Buffer[] = [];
    await call(method, path, body, (chunk) => chunks.push(chunk));
    return Buffer.concat(chunks);
  }

  return {
    get: (path) => whole('GET', path),
    post: (path, body) => whole('POST', path, body),
    async drain(path) {
      let bytes = 0;
      await call('GET', path, undefined, (chunk) => (bytes += chunk.length));
      return bytes;
    },
    close: () => agent.destroy(),
  };
}

/** The address of a tRPC query. */
export function queryPath(procedure: string, input: object): string {
  return `/trpc/${procedure}?input=${encodeURIComponent(JSON.stringify(input))}`;
}
