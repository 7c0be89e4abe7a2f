/** `replayFile`: emits each line of a file as an event, with a bounded number in flight. */

import { catalogue } from '@examples/event-catalogues';
import { limits } from '@liblab/audit-core';
import { AuditClient, AuditError } from '@liblab/audit-sdk';
import { parseLine, readLines, type Line } from './read-lines.ts';
import type { Survey } from './survey-file.ts';

/** Where to replay to, and what to call meanwhile. */
export interface ReplayOptions {
  /** The service's address. */
  url: string;
  /** A key with the scopes `emit` and `import` for the organisations of the survey's tenants. */
  apiKey: string;
  /** Aborting stops reading; events in flight get ten more seconds. */
  signal: AbortSignal;
  /** Called after each line. */
  onProgress: (totals: Readonly<Totals>) => void;
  /** Called for each line that was read but not stored, with the reason. */
  onNotStored: (line: number, reason: string) => void;
}

/** Counts of lines. */
export interface Totals {
  recorded: number;
  /** Lines that were already in the trail. */
  duplicates: number;
  notStored: number;
  /** The error because of which the rest of the file was not read. */
  stoppedBy?: string;
}

const inFlightMax = 2_000;

/**
 * Replays the file. Running it again stores only missing events.
 * @throws FileError
 */
export async function replayFile(
  { file, source }: Pick<Survey, 'file' | 'source'>,
  { url, apiKey, signal, onProgress, onNotStored }: ReplayOptions,
): Promise<Totals> {
  const totals: Totals = { recorded: 0, duplicates: 0, notStored: 0 };
  const audit = new AuditClient({
    url,
    apiKey,
    catalogue,
    service: 'replay',
    // One request at a time, so that events with equal times keep the order of the file.
    inFlightMax: 1,
    batchEventsMax: limits.eventsPerRequestMax,
    // The queue fits all events in flight at their maximum size, so it never rejects one.
    queueEventsMax: inFlightMax,
    queueBytesMax: inFlightMax * limits.eventBytesMax,
    giveUpAfterMs: 120_000,
    onError: () => {},
  });
  let inFlight = 0;
  let wake = () => {};
  signal.addEventListener('abort', () => wake(), { once: true });
  const until = async (condition: () => boolean) => {
    while (!condition()) await new Promise<void>((resolve) => (wake = resolve));
  };
  const isStopped = () => signal.aborted || totals.stoppedBy !== undefined;

  /** Never throws. */
  async function store(line: Line): Promise<void> {
    inFlight += 1;
    try {
      const { status } = await source.read(parseLine(line)).emit(audit);
      totals[status === 'duplicate' ? 'duplicates' : 'recorded'] += 1;
    } catch (err) {
      totals.notStored += 1;
      onNotStored(line.number, String(err));
      // An error without a path is not about this event, so the next events would fail too.
      const affectsAll = err instanceof AuditError && err.path === undefined;
      if (affectsAll && !isStopped()) totals.stoppedBy = String(err);
    }
    inFlight -= 1;
    onProgress(totals);
    wake();
  }

  try {
    for await (const line of readLines(file)) {
      void store(line);
      await until(() => inFlight < inFlightMax || isStopped());
      if (isStopped()) break;
    }
    await until(() => inFlight === 0 || isStopped());
  } finally {
    // Each unsent line is reported through onNotStored.
    await audit.close({ timeoutMs: 10_000 }).catch(() => {});
    await until(() => inFlight === 0);
  }
  return totals;
}
