/** A real HTTP server that records events by id like the audit API, and misbehaves as scripted. */

import * as http from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { gunzipSync } from 'node:zlib';
import type { EventResult, SentEvent } from '@liblab/audit-core';

export interface Received {
  /** performance.now when the whole body had arrived. */
  at: number;
  headers: http.IncomingHttpHeaders;
  url: string | undefined;
  /** Size of the body after decompression. */
  bytes: number;
  events: SentEvent[];
}

export interface Exchange extends Received {
  res: http.ServerResponse;
  socket: Socket;
  /** Records the events and returns their results like the API. */
  record: () => EventResult[];
}

export type Behaviour = (exchange: Exchange) => void;

export interface TestServer extends AsyncDisposable {
  url: string;
  received: Received[];
  /** By id, in order of recording. */
  recorded: Map<string, { event: SentEvent; seq: number }>;
  /** The highest number of concurrent requests. */
  concurrencyMax: number;
  /** One per request; `honest` once all are used. */
  script: Behaviour[];
}

export async function startServer(...script: Behaviour[]): Promise<TestServer> {
  const recorded: TestServer['recorded'] = new Map();
  let open = 0;
  const record = (events: SentEvent[]): EventResult[] =>
    events.map((event) => {
      const known = recorded.get(event.id);
      const seq = known?.seq ?? recorded.size;
      if (!known) recorded.set(event.id, { event, seq });
      const loggedAt = '2026-01-31T09:30:00.000Z';
      const status = known ? 'duplicate' : 'recorded';
      return { id: event.id, status, seq, leafHash: `leaf-${seq}`, loggedAt };
    });
  const listener = http.createServer((req, res) => {
    open += 1;
    server.concurrencyMax = Math.max(server.concurrencyMax, open);
    res.on('close', () => (open -= 1));
    const chunks: Buffer[] = [];
    req.on('data', (chunk: Buffer) => chunks.push(chunk));
    req.on('end', () => {
      const raw = Buffer.concat(chunks);
      const body = req.headers['content-encoding'] === 'gzip' ? gunzipSync(raw) : raw;
      const { events } = JSON.parse(body.toString()) as { events: SentEvent[] };
      const { headers, url, socket } = req;
      const received = { at: performance.now(), headers, url, bytes: body.length, events };
      server.received.push(received);
      (server.script.shift() ?? honest)({ ...received, res, socket, record: () => record(events) });
    });
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const server: TestServer = {
    url: `http://127.0.0.1:${(listener.address() as AddressInfo).port}`,
    received: [],
    recorded,
    concurrencyMax: 0,
    script,
    async [Symbol.asyncDispose]() {
      listener.closeAllConnections();
      await new Promise((resolve) => listener.close(resolve));
    },
  };
  return server;
}

export const honest: Behaviour = ({ res, record }) => send(res, 200, { results: record() });

/** Responds without recording anything. */
export function respond(
  status: number,
  body: unknown,
  headers: http.OutgoingHttpHeaders = {},
): Behaviour {
  return ({ res }) => send(res, status, body, headers);
}

/** Records the events, then responds with what `lie` makes of the true results. */
export function lying(lie: (results: EventResult[]) => unknown): Behaviour {
  return ({ res, record }) => send(res, 200, { results: lie(record()) });
}

export const hang: Behaviour = () => {};
export const resetUnrecorded: Behaviour = ({ socket }) => void socket.resetAndDestroy();
export const resetRecorded: Behaviour = ({ socket, record }) => {
  record();
  socket.resetAndDestroy();
};
/** Announces a longer response than it sends. */
export const cutShort: Behaviour = ({ res, socket, record }) => {
  const text = JSON.stringify({ results: record() });
  res.writeHead(200, { 'content-length': text.length });
  res.write(text.slice(0, text.length / 2), () => socket.destroy());
};

function send(
  res: http.ServerResponse,
  status: number,
  body: unknown,
  headers: http.OutgoingHttpHeaders = {},
): void {
  res.writeHead(status, {
    'content-type': 'application/json',
    'x-request-id': 'req-7',
    ...headers,
  });
  res.end(typeof body === 'string' ? body : JSON.stringify(body));
}
