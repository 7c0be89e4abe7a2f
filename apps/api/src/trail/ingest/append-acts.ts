/** Appends what the Portal records itself: the types that no key may emit, and acts that a key did through it. */

import type { EventResult } from '@liblab/audit-core';
import { answer, rejected, type Verdict, type IngestContext } from './append-events.ts';
import { prepareEvent } from './prepare-event.ts';
import type { Appended } from './sequencer.ts';
import { sortedJson } from './sorted-json.ts';

/** One event of the Portal's own. */
export interface RecordedAct {
  organizationId: string;
  /** The key that acted; null when a person did, or the Portal itself. */
  keyId: string | null;
  event: unknown;
}

/** One result per act, in their order. Throws `queue_full`, `unavailable`. */
export async function appendActs(
  {
    catalogue,
    contentKey,
    sequencer,
  }: Pick<IngestContext, 'catalogue' | 'contentKey' | 'sequencer'>,
  acts: readonly RecordedAct[],
): Promise<EventResult[]> {
  const verdicts = acts.map(({ organizationId, keyId, event: sent }): Verdict => {
    // The text first: the check fills in what was left out.
    const canonical = sortedJson(sent);
    const checked = catalogue.check(sent);
    if (!checked.ok) {
      const { code, path, message } = checked.error;
      return rejected(sent, code, path, message);
    }
    const { event, definition } = checked;
    const prepared = prepareEvent({ canonical, event, definition, keyId }, contentKey);
    return { accepted: { organizationId, event: prepared } };
  });
  const appended = await sequencer.append(
    verdicts.flatMap((verdict) => ('accepted' in verdict ? [verdict.accepted] : [])),
  );
  let next = 0;
  return verdicts.map((verdict) =>
    'rejected' in verdict
      ? verdict.rejected
      : answer(verdict.accepted.event.id, appended[next++] as Appended, '$.id'),
  );
}
