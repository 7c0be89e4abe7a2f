/** A client that sends events to ingest and reads them back. */

import type { EventResult, IngestResponse, TrailEvent } from '@liblab/audit-core';

export interface IngestClient {
  /** Sends a body unchanged. */
  send(body: string | Uint8Array, headers?: Record<string, string>): Promise<Response>;
  /** Sends events in one request; throws when the whole request is rejected. */
  emit(events: readonly unknown[]): Promise<EventResult[]>;
  /** Reads events one by one, a few calls at a time; the key must name one organisation. Throws when one is missing. */
  read(ids: readonly string[]): Promise<TrailEvent[]>;
  /** Reads the whole trail, page by page, by id. */
  readAll(): Promise<Map<string, TrailEvent>>;
}

/** tRPC's limit of calls per request. */
const batchMax = 20;

export function createIngestClient(url: string, key: string): IngestClient {
  const authorization = `Bearer ${key}`;
  const send: IngestClient['send'] = (body, headers = {}) =>
    fetch(`${url}/api/v1/events`, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json', ...headers },
      body: body as string,
    });
  return {
    send,
    async emit(events) {
      const answer = await send(JSON.stringify({ events }));
      if (!answer.ok) throw new Error(`${answer.status}: ${await answer.text()}`);
      return ((await answer.json()) as IngestResponse).results;
    },
    async read(ids) {
      const events: TrailEvent[] = [];
      for (let start = 0; start < ids.length; start += batchMax) {
        const batch = ids.slice(start, start + batchMax);
        const input = JSON.stringify(Object.fromEntries(batch.map((id, n) => [n, { id }])));
        const answer = await fetch(
          `${url}/trpc/${batch.map(() => 'events.get').join()}?batch=1&input=${encodeURIComponent(input)}`,
          { headers: { authorization } },
        );
        const results = (await answer.json()) as { result?: { data: TrailEvent } }[];
        for (const [n, { result }] of results.entries()) {
          if (!result) throw new Error(`${batch[n]}: ${JSON.stringify(results[n])}`);
          events.push(result.data);
        }
      }
      return events;
    },
    async readAll() {
      const events = new Map<string, TrailEvent>();
      let cursor: string | undefined;
      do {
        const input = JSON.stringify({ limit: 200, ...(cursor ? { cursor } : {}) });
        const answer = await fetch(`${url}/trpc/events.list?input=${encodeURIComponent(input)}`, {
          headers: { authorization },
        });
        const { result } = (await answer.json()) as {
          result: { data: { events: TrailEvent[]; next?: string } };
        };
        for (const event of result.data.events) events.set(event.id, event);
        cursor = result.data.next;
      } while (cursor);
      return events;
    },
  };
}
