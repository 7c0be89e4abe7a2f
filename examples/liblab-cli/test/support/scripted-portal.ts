/** A Portal whose responses are scripted one by one, to simulate failures. */

import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Received {
  method: string | undefined;
  url: string | undefined;
  headers: IncomingHttpHeaders;
  body: Record<string, unknown>;
}

export type Reply =
  | { status: number; body?: unknown; headers?: Record<string, string> }
  /** Closes the connection after the request was read, or in the middle of the response. */
  | 'cut'
  | 'truncated';

export interface ScriptedPortal extends AsyncDisposable {
  url: string;
  received: Received[];
}

/** Sends the replies in order, then repeats the last one. */
export async function startScriptedPortal(
  ...replies: [Reply, ...Reply[]]
): Promise<ScriptedPortal> {
  const received: Received[] = [];
  const server = createServer((req, res) => {
    let text = '';
    req.setEncoding('utf8').on('data', (chunk) => (text += String(chunk)));
    req.on('end', () => {
      const reply = replies[Math.min(received.length, replies.length - 1)] ?? 'cut';
      const body = JSON.parse(text || '{}') as Record<string, unknown>;
      received.push({ method: req.method, url: req.url, headers: req.headers, body });
      if (reply === 'cut') return void req.socket.destroy();
      if (reply === 'truncated') {
        res.writeHead(201, { 'content-length': 100 });
        return void res.write('{', () => req.socket.destroy());
      }
      res.writeHead(reply.status, { 'content-type': 'application/json', ...reply.headers });
      res.end(JSON.stringify(reply.body ?? {}));
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
