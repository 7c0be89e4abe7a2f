/** Computes everything about a checked event that does not depend on its position and time. */

import { createHmac, hash, type KeyObject } from 'node:crypto';
import { addressOf, type EventDefinition, type SentEvent } from '@liblab/audit-core';
import {
  encodeDisclosures,
  joinDisclosures,
  outcomeCodes,
  type PreparedEvent,
} from '../store/row-codec.ts';

export interface Emission {
  /** The event as it was sent, as canonical text: a repeat has the same. */
  canonical: string;
  event: SentEvent;
  definition: EventDefinition | undefined;
  keyId: string | null;
}

/** Computes the event's disclosures, digests and content MAC. */
export function prepareEvent(
  { canonical, event, definition, keyId }: Emission,
  contentKey: KeyObject,
): PreparedEvent {
  const disclosures = encodeDisclosures(event, definition);
  return {
    id: event.id,
    type: event.type,
    occurredAtMs: Date.parse(event.occurredAt),
    outcome: outcomeCodes[event.outcome],
    contentMac: createHmac('sha256', contentKey).update(canonical).digest().subarray(0, 16),
    actorAddress: addressOf(event.actor),
    behalfAddress: event.actor.onBehalfOf && addressOf(event.actor.onBehalfOf),
    targets: event.targets,
    keyId,
    disclosures: joinDisclosures(disclosures),
    digests: disclosures.map((disclosure) => hash('sha256', disclosure, 'base64url')).sort(),
  };
}
