/** Reports failures to `onError`, which by default warns at most once a minute per error class. */

import type { SentEvent } from '@liblab/audit-core';
import type { AuditError } from './errors.ts';

/** Called for every event that was not recorded, whether or not its promise is awaited. */
export type OnError = (error: AuditError, event: Partial<SentEvent>) => void;

const warningIntervalMs = 60_000;

function warn(...args: unknown[]): void {
  // oxlint-disable-next-line no-console -- a library has no other log, and losing an event silently is worse
  console.warn(...args);
}

/** Wraps `onError` so that its exceptions and rejections reach neither the caller of `emit` nor the process. */
export function guardOnError(onError: OnError): OnError {
  const warnOfThrow = (thrown: unknown) =>
    warn('[audit] onError threw an error. Catch errors inside onError.', thrown);
  return (error, event) => {
    try {
      const returned: unknown = onError(error, event);
      if (returned instanceof Promise) returned.catch(warnOfThrow);
    } catch (thrown) {
      warnOfThrow(thrown);
    }
  };
}

/** Creates an `onError` that warns once per error class and minute; the next warning counts the suppressed ones. */
export function createWarnOnce(now: () => number = () => performance.now()): OnError {
  const byClass = new Map<string, { warnedAt: number; suppressed: number }>();
  return (error, event) => {
    const last = byClass.get(error.name);
    if (last && now() - last.warnedAt < warningIntervalMs) {
      last.suppressed += 1;
      return;
    }
    byClass.set(error.name, { warnedAt: now(), suppressed: 0 });
    const others = last?.suppressed ? ` (and ${last.suppressed} more since the last warning)` : '';
    const request = error.requestId ? ` [request ${error.requestId}]` : '';
    warn(
      `[audit] ${event.type} ${event.id} was not recorded${others}: ${error.name}: ${error.message}${request}`,
    );
  };
}
