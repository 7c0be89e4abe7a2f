/** Where failures go: to `onError`, which by default warns once a minute for each cause. */

import type { SentEvent } from '@liblab/audit-core';
import type { AuditError } from './errors.ts';

/** Is told of every event that was not recorded, whether its promise is awaited or not. */
export type OnError = (error: AuditError, event: Partial<SentEvent>) => void;

const quietMs = 60_000;

function warn(...words: unknown[]): void {
  // oxlint-disable-next-line no-console -- a library has no other log, and losing an event in silence is worse
  console.warn(...words);
}

/** Wraps `onError` so that what it throws, or rejects with, reaches neither the caller of `emit` nor the process. */
export function guardOnError(onError: OnError): OnError {
  const warnOfThrow = (thrown: unknown) =>
    warn('[audit] onError itself failed; make it catch what it throws.', thrown);
  return (error, event) => {
    try {
      const returned: unknown = onError(error, event);
      if (returned instanceof Promise) returned.catch(warnOfThrow);
    } catch (thrown) {
      warnOfThrow(thrown);
    }
  };
}

/** One `console.warn` per error class and minute; the next one says how many were kept back. */
export function createWarnOnce(now: () => number = () => performance.now()): OnError {
  const byClass = new Map<string, { warnedAt: number; keptBack: number }>();
  return (error, event) => {
    const seen = byClass.get(error.name);
    if (seen && now() - seen.warnedAt < quietMs) {
      seen.keptBack += 1;
      return;
    }
    byClass.set(error.name, { warnedAt: now(), keptBack: 0 });
    const others = seen?.keptBack ? ` (and ${seen.keptBack} more since the last warning)` : '';
    const request = error.requestId ? ` [request ${error.requestId}]` : '';
    warn(
      `[audit] ${event.type} ${event.id} was not recorded${others}: ${error.name}: ${error.message}${request}`,
    );
  };
}
