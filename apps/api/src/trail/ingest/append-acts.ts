/** Appends the Portal's own events, whose types no key may emit. */

import type { EventResult } from '@liblab/audit-core';
import { rejected, resultOf, type Verdict, type IngestContext } from './append-events.ts';
import { contentMac, readContent } from '../store/content-mac.ts';
import { prepareEvent } from './prepare-event.ts';
import type { Appended } from './sequencer.ts';

/** One of the Portal's own events. */
export interface RecordedAct {
  organizationId: string;
  /** The key that acted; null for a person or the Portal itself. */
  keyId: string | null;
  event: unknown;
}

/**
 * Appends the acts and returns one result for each, in order.
 *
 * @throws AppError `queue_full`, `unavailable`
 */
export async function appendActs(
  {
    catalogue,
    contentKey,
    sequencer,
  }: Pick<IngestContext, 'catalogue' | 'contentKey' | 'sequencer'>,
  acts: readonly RecordedAct[],
): Promise<EventResult[]> {
  const verdicts = acts.map(({ organizationId, keyId, event: sent }): Verdict => {
    // Before the check, which fills in defaults.
    const content = readContent(sent);
    const checked = catalogue.check(sent);
    if (!checked.ok) {
      const { code, path, message } = checked.error;
      return rejected(sent, code, path, message);
    }
    const { event, definition } = checked;
    const mac = contentMac(content, contentKey);
    const prepared = prepareEvent({ mac, event, definition, keyId });
    return { accepted: { organizationId, event: prepared } };
  });
  const appended = await sequencer.append(
    verdicts.flatMap((verdict) => ('accepted' in verdict ? [verdict.accepted] : [])),
  );
  let next = 0;
  return verdicts.map((verdict) =>
    'rejected' in verdict
      ? verdict.rejected
      : resultOf(verdict.accepted.event.id, appended[next++] as Appended, '$.id'),
  );
}
