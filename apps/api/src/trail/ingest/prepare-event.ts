/** Computes everything about a checked event that does not depend on its position and time. */

import { hash } from 'node:crypto';
import { addressOf, type EventDefinition, type SentEvent } from '@liblab/audit-core';
import type { ContentMac } from '../store/content-mac.ts';
import {
  encodeDisclosures,
  joinDisclosures,
  outcomeCodes,
  type PreparedEvent,
} from '../store/row-codec.ts';

export interface Emission {
  mac: ContentMac;
  event: SentEvent;
  definition: EventDefinition | undefined;
  keyId: string | null;
}

/** Computes the event's disclosures and digests. */
export function prepareEvent({ mac, event, definition, keyId }: Emission): PreparedEvent {
  const disclosures = encodeDisclosures(event, definition);
  return {
    id: event.id,
    type: event.type,
    occurredAtMs: Date.parse(event.occurredAt),
    outcome: outcomeCodes[event.outcome],
    contentMac: mac,
    actorAddress: addressOf(event.actor),
    behalfAddress: event.actor.onBehalfOf && addressOf(event.actor.onBehalfOf),
    targets: event.targets,
    keyId,
    disclosures: joinDisclosures(disclosures),
    digests: disclosures.map((disclosure) => hash('sha256', disclosure, 'base64url')).sort(),
  };
}
