/** Emits every line of a file as one event, never more at a time than the client has room for. */

import { catalogue } from '@examples/event-catalogues';
import { limits } from '@liblab/audit-core';
import { AuditClient, AuditError } from '@liblab/audit-sdk';
import { parseLine, readLines, type Line } from './read-lines.ts';
import type { Survey } from './survey-file.ts';

export interface ReplayOptions {
  /** Where the service listens. */
  url: string;
  /** A key with the scopes `emit` and `import` for the organisations of the survey's tenants. */
  apiKey: string;
  /** Once it is aborted no further line is read, and what is under way gets ten seconds. */
  signal: AbortSignal;
  /** Told after each line. */
  onProgress: (totals: Readonly<Totals>) => void;
  /** Told of each line that was read and does not stand in a trail, with the reason. */
  onNotStored: (line: number, reason: string) => void;
}

/** Counts of lines. */
export interface Totals {
  recorded: number;
  /** They stood in the trail already. */
  duplicates: number;
  notStored: number;
  /** Why the rest of the file was not read: the service takes nothing more. */
  stoppedBy?: string;
}

const underWayMax = 2_000;

/** Replays the file. Doing it again stores what is missing and repeats nothing. Throws FileError. */
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
    // One request at a time: the order of the file is the order of the trail, which tells apart what has the same time.
    inFlightMax: 1,
    batchEventsMax: limits.eventsPerRequestMax,
    // Room for everything under way, however large: no line is ever refused for want of it.
    queueEventsMax: underWayMax,
    queueBytesMax: underWayMax * limits.eventBytesMax,
    giveUpAfterMs: 120_000,
    onError: () => {},
  });
  let underWay = 0;
  let wake = () => {};
  signal.addEventListener('abort', () => wake(), { once: true });
  const until = async (condition: () => boolean) => {
    while (!condition()) await new Promise<void>((resolve) => (wake = resolve));
  };
  const ends = () => signal.aborted || totals.stoppedBy !== undefined;

  /** Never throws. */
  async function store(line: Line): Promise<void> {
    underWay += 1;
    try {
      const { status } = await source.read(parseLine(line)).emit(audit);
      totals[status === 'duplicate' ? 'duplicates' : 'recorded'] += 1;
    } catch (err) {
      totals.notStored += 1;
      onNotStored(line.number, String(err));
      // An error without a path is not this event's: the next ones would meet it too.
      const concernsAll = err instanceof AuditError && err.path === undefined;
      if (concernsAll && !ends()) totals.stoppedBy = String(err);
    }
    underWay -= 1;
    onProgress(totals);
    wake();
  }

  try {
    for await (const line of readLines(file)) {
      void store(line);
      await until(() => underWay < underWayMax || ends());
      if (ends()) break;
    }
    await until(() => underWay === 0 || ends());
  } finally {
    // What it cannot send in time is told line by line.
    await audit.close({ timeoutMs: 10_000 }).catch(() => {});
    await until(() => underWay === 0);
  }
  return totals;
}
