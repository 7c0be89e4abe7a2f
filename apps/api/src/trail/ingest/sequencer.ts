/**
 * The sequencer: queues events and commits them in batches (group commit). Each transaction has one organisation, and an
 * organisation never has two transactions at a time in this process.
 */

import { AppError } from '@liblab/audit-core';
import type { PreparedEvent } from '../store/row-codec.ts';

export type Appended =
  | { status: 'recorded' | 'duplicate'; seq: number; leafHash: Buffer; loggedAtMs: number }
  | { status: 'rejected'; code: 'id_reused'; message: string };

/** Commits a batch of one organisation and returns a result for each event, in order. Throws when the commit failed. */
export type WriteBatch = (
  organizationId: string,
  events: readonly PreparedEvent[],
) => Promise<Appended[]>;

export interface SequencerLimits {
  /** The maximum number of waiting events of one organisation. */
  perOrganization: number;
  /** The maximum number of waiting events in total. */
  total: number;
  /** The maximum number of events in one transaction. */
  batch: number;
  /** The maximum number of concurrent transactions, each on its own connection. */
  writers: number;
}

const defaults: SequencerLimits = {
  perOrganization: 2_000,
  total: 10_000,
  batch: 1_000,
  writers: 4,
};

/** Events that were appended together. They share a promise: one for each event would cost more than queueing it. */
interface Request {
  results: Appended[];
  /** Events without a result. */
  pending: number;
  resolve: (results: Appended[]) => void;
  reject: (error: unknown) => void;
}

interface Waiting {
  event: PreparedEvent;
  request: Request;
  /** The index of its result in the request. */
  index: number;
}

interface Queue {
  organizationId: string;
  waiting: Waiting[];
  writing: boolean;
}

export interface Sequencer {
  /**
   * Appends events; resolves when all are committed, with the results in the given order.
   *
   * @throws AppError `queue_full` before any event is queued; `unavailable` when a commit failed. Events that were
   *   committed nevertheless get `duplicate` when they are sent again.
   */
  append(events: readonly { organizationId: string; event: PreparedEvent }[]): Promise<Appended[]>;
  /** The number of waiting events and of running transactions. */
  readonly load: { waiting: number; writing: number };
  /** Rejects further events and resolves when all accepted events are committed. */
  drain(): Promise<void>;
}

export function createSequencer(
  writeBatch: WriteBatch,
  onFailure: (error: unknown) => void,
  overrides: Partial<SequencerLimits> = {},
): Sequencer {
  const limits = { ...defaults, ...overrides };
  const queues = new Map<string, Queue>();
  /** Organisations with waiting events and no running transaction, the longest waiting first. */
  const ready: Queue[] = [];
  let waiting = 0;
  let writing = 0;
  let draining: (() => void) | undefined;
  let closed = false;

  function enqueue(organizationId: string, item: Waiting): void {
    let queue = queues.get(organizationId);
    if (!queue) {
      queue = { organizationId, waiting: [], writing: false };
      queues.set(organizationId, queue);
    }
    if (queue.waiting.length === 0 && !queue.writing) ready.push(queue);
    queue.waiting.push(item);
    waiting += 1;
  }

  function pump(): void {
    while (writing < limits.writers) {
      const queue = ready.shift();
      if (!queue) break;
      void writeFrom(queue);
    }
    if (closed && writing === 0 && waiting === 0) draining?.();
  }

  async function writeFrom(queue: Queue): Promise<void> {
    const items = queue.waiting.splice(0, limits.batch);
    waiting -= items.length;
    queue.writing = true;
    writing += 1;
    try {
      const results = await writeBatch(
        queue.organizationId,
        items.map((item) => item.event),
      );
      for (const [index, item] of items.entries()) settle(item, results[index] as Appended);
    } catch (error) {
      onFailure(error);
      const failure = asUnavailable(error);
      for (const { request } of items) request.reject(failure);
    }
    writing -= 1;
    queue.writing = false;
    // To the end of the queue, so that a busy organisation does not delay the others.
    if (queue.waiting.length > 0) ready.push(queue);
    else queues.delete(queue.organizationId);
    pump();
  }

  function refuseWhenFull(events: readonly { organizationId: string }[]): void {
    const counts = new Map<string, number>();
    for (const { organizationId } of events)
      counts.set(organizationId, (counts.get(organizationId) ?? 0) + 1);
    for (const [organizationId, count] of counts) {
      const queued = queues.get(organizationId)?.waiting.length ?? 0;
      if (queued + count > limits.perOrganization)
        throw queueFull(`${limits.perOrganization} events of one organisation`);
    }
    if (waiting + events.length > limits.total) throw queueFull(`${limits.total} events`);
  }

  return {
    append(events) {
      if (closed) {
        return Promise.reject(
          new AppError('unavailable', 'The server is stopping. Send the events again.', {
            retryAfterSeconds: 1,
          }),
        );
      }
      try {
        refuseWhenFull(events);
      } catch (error) {
        return Promise.reject(error);
      }
      if (events.length === 0) return Promise.resolve([]);
      const results = new Promise<Appended[]>((resolve, reject) => {
        const request: Request = { results: [], pending: events.length, resolve, reject };
        for (const [index, { organizationId, event }] of events.entries())
          enqueue(organizationId, { event, request, index });
      });
      pump();
      return results;
    },
    get load() {
      return { waiting, writing };
    },
    drain() {
      closed = true;
      return new Promise((resolve) => {
        draining = resolve;
        pump();
      });
    },
  };
}

function settle({ request, index }: Waiting, result: Appended): void {
  request.results[index] = result;
  request.pending -= 1;
  if (request.pending === 0) request.resolve(request.results);
}

function queueFull(limit: string): AppError {
  return new AppError(
    'queue_full',
    `More than ${limit} are waiting to be written. Send the events again in a second.`,
    {
      retryAfterSeconds: 1,
    },
  );
}

function asUnavailable(error: unknown): AppError {
  if (error instanceof AppError) return error;
  return new AppError('unavailable', 'The database did not store the events. Send them again.', {
    retryAfterSeconds: 1,
    cause: error,
  });
}
