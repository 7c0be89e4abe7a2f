/** Emitters that write without pause, and a ledger of what became of every event. */

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
  /** Where each writer sends to. */
  urls: readonly string[];
  apiKey: string;
  organizationId?: string;
  client?: Partial<AuditClientOptions<LiblabCatalogue, undefined>>;
  /** Events that a writer has under way at most. */
  openMax?: number;
  /** Between two events of a writer. */
  paceMs?: number;
  /** Stops by itself after so many events. */
  eventsMax?: number;
}

export interface Ledger {
  emitted: ReadonlySet<string>;
  /** By id. */
  acknowledged: ReadonlyMap<string, Acknowledgement>;
  /** Ids of events that the client said it could not deliver. */
  reported: ReadonlySet<string>;
}

export interface Writing {
  /** Resolves with the next acknowledgement. */
  progress(): Promise<void>;
  /** Resolves with the next event that the client gives up. */
  failure(): Promise<void>;
  /** When `eventsMax` are emitted, or `stop` was called. */
  readonly emitted: Promise<void>;
  /** Emits no more, gives the clients this time to deliver, and settles the accounts. */
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
        // Soon back after a kill, so that there is always somebody writing.
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
      // Rejections are told in the same turn as `close` ends.
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
