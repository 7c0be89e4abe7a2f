/** From a checked event to all that can be computed before its position and time are known. */

import { createHmac, hash, randomFillSync, type KeyObject } from 'node:crypto';
import { addressOf, type EventDefinition, type SentEvent, type Target } from '@liblab/audit-core';
import { discloseEvent } from '../store/disclose-event.ts';

export interface PreparedEvent {
  id: string;
  type: string;
  occurredAtMs: number;
  outcome: 's' | 'f' | 'd';
  /** 16 bytes: tells a repeat from another event under the same id. */
  contentMac: Buffer;
  /** E-mail, else id, of who acted; case folded. */
  actorAddress: string;
  behalfAddress: string | undefined;
  targets: readonly Target[];
  /** The key that reported it; null for the Portal's own events. */
  keyId: string | null;
  /** Joined by ~. */
  disclosures: string;
  /** base64url, sorted. */
  digests: string[];
}

export interface Emission {
  /** The event as it was sent, in one spelling: what its content is compared by. */
  canonical: string;
  event: SentEvent;
  definition: EventDefinition | undefined;
  keyId: string | null;
}

/** Computes hashes and disclosures; `contentKey` is the server's own. */
export function prepareEvent(
  { canonical, event, definition, keyId }: Emission,
  contentKey: KeyObject,
): PreparedEvent {
  const disclosures = discloseEvent(event, definition).map(({ name, value }) =>
    Buffer.from(JSON.stringify([nextSalt(), name, value])).toString('base64url'),
  );
  return {
    id: event.id,
    type: event.type,
    occurredAtMs: Date.parse(event.occurredAt),
    outcome: event.outcome[0] as 's' | 'f' | 'd',
    contentMac: createHmac('sha256', contentKey).update(canonical).digest().subarray(0, 16),
    actorAddress: addressOf(event.actor),
    behalfAddress: event.actor.onBehalfOf && addressOf(event.actor.onBehalfOf),
    targets: event.targets,
    keyId,
    disclosures: disclosures.join('~'),
    digests: disclosures.map((disclosure) => hash('sha256', disclosure, 'base64url')).sort(),
  };
}

const pool = Buffer.alloc(16 * 512);
let used = pool.length;

/** 128 random bits, base64url; drawn from a pool because one call for each costs more than the hash it salts. */
function nextSalt(): string {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += 16;
  return pool.toString('base64url', used - 16, used);
}
