/** Emitters that write continuously, and a ledger of each event's fate. */

import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import {
  AuditClient,
  NotSentError,
  type Acknowledgement,
  type AuditClientOptions,
} from '@liblab/audit-sdk';
import type { LiblabCatalogue } from '@liblab/audit-core';
import { expect } from 'vitest';

export interface WritingOptions {
  /** The URL that each writer sends to. */
  urls: readonly string[];
  apiKey: string;
  organizationId?: string;
  client?: Partial<AuditClientOptions<LiblabCatalogue, undefined>>;
  /** The most events that a writer has in flight. */
  openMax?: number;
  /** The pause between two events of a writer. */
  paceMs?: number;
  /** Stops after this many events. */
  eventsMax?: number;
}

export interface Ledger {
  emitted: ReadonlySet<string>;
  /** By id. */
  acknowledged: ReadonlyMap<string, Acknowledgement>;
  /** Ids of events that the client reported as undelivered. */
  reported: ReadonlySet<string>;
}

export interface Writing {
  /** Resolves with the next acknowledgement. */
  progress(): Promise<void>;
  /** Resolves with the next event that the client gives up. */
  failure(): Promise<void>;
  /** Resolves when `eventsMax` events are emitted or `stop` is called. */
  readonly emitted: Promise<void>;
  /** Stops emitting, gives the clients this long to deliver, and completes the ledger. */
  stop(closeWithinMs?: number): Promise<Ledger>;
}

export function startWriting(options: WritingOptions): Writing {
  const { urls, eventsMax = Number.POSITIVE_INFINITY, openMax = 500, paceMs = 2 } = options;
  const emitted = new Set<string>();
  const acknowledged = new Map<string, Acknowledgement>();
  const rejected: string[] = [];
  const reported: string[] = [];
  let acknowledgement = Promise.withResolvers<void>();
  let failure = Promise.withResolvers<void>();
  let stopped = false;
  const clients = urls.map(
    (url) =>
      new AuditClient({
        url,
        apiKey: options.apiKey,
        organizationId: options.organizationId,
        onError: (_, event) => reported.push(event.id ?? 'no id'),
        // Short, so that a writer is back soon after a kill.
        retryDelayMaxMs: 300,
        ...options.client,
      }),
  );

  async function write(client: AuditClient): Promise<void> {
    let open = 0;
    while (!stopped && emitted.size < eventsMax) {
      const id = randomUUID();
      const count = emitted.size;
      emitted.add(id);
      open += 1;
      client
        .emit('user.create_api', {
          id,
          actor: { type: 'user', id: `u${count % 7}`, email: `u${count % 7}@exciting.soda` },
          targets: [{ type: 'api', id: String(count) }],
          details: { apiName: 'Llama Store', apiId: count },
        })
        .then(
          (answer) => {
            acknowledged.set(id, answer);
            acknowledgement.resolve();
          },
          () => {
            rejected.push(id);
            failure.resolve();
          },
        )
        .finally(() => (open -= 1));
      do await delay(paceMs);
      while (open >= openMax && !stopped);
    }
  }

  const writing = Promise.all(clients.map(write)).then(() => {});
  return {
    progress() {
      acknowledgement = Promise.withResolvers();
      return acknowledgement.promise;
    },
    failure() {
      failure = Promise.withResolvers();
      return failure.promise;
    },
    emitted: writing,
    async stop(closeWithinMs = 60_000) {
      stopped = true;
      await writing;
      const unsent = (
        await Promise.all(
          clients.map((client) =>
            client.close({ timeoutMs: closeWithinMs }).then(() => [], eventsIn),
          ),
        )
      ).flat();
      // Rejections are reported in the same turn in which `close` ends.
      await delay(0);
      expect(acknowledged.size + rejected.length, 'settled').toBe(emitted.size);
      expect(reported.toSorted(), 'reported').toEqual(rejected.toSorted());
      expect(new Set(reported).size, 'reported once').toBe(reported.length);
      for (const id of unsent) expect(reported, 'handed back by close').toContain(id);
      return { emitted, acknowledged, reported: new Set(reported) };
    },
  };
}

function eventsIn(error: unknown): string[] {
  if (!(error instanceof NotSentError)) throw error;
  return error.events.map(({ id }) => id);
}
