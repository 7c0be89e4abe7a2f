/** Compares the columns by which events are filtered and sorted with the entry and the disclosures. */

import { addressOf, limits, type Outcome } from '@liblab/audit-core';
import type { Entry } from '@liblab/audit-core/log';
import type { Findings } from './findings.ts';
import type { Claims } from './read-claims.ts';
import type { StoredEvent } from './read-positions.ts';

/** Repeated instead of imported from the row codec, which this file checks. */
const outcomeCodes: Readonly<Record<string, string>> = {
  success: 's',
  failure: 'f',
  denied: 'd',
} satisfies Record<Outcome, string>;
const portalKey = 'portal';

/** Adds a finding for each mismatch. A missing disclosure's claims are not compared. */
export function compareEvent(
  row: StoredEvent,
  claims: Claims,
  entry: Entry,
  seq: number,
  findings: Findings,
): void {
  const loggedAtMs = Date.parse(entry.loggedAt);
  const occurredAtMs = claims.occurredAt === undefined ? undefined : Date.parse(claims.occurredAt);
  const agrees = {
    id: row.id === entry.id,
    key_id: (row.key_id ?? portalKey) === entry.key,
    logged_at: row.logged_at === loggedAtMs,
    type: claims.type === undefined || row.type === claims.type,
    outcome: claims.outcome === undefined || row.outcome === outcomeCodes[claims.outcome],
    at: occurredAtMs === undefined || row.at === Math.min(occurredAtMs, loggedAtMs),
    late: occurredAtMs === undefined || row.late === loggedAtMs - occurredAtMs > limits.lateAfterMs,
  };
  const differing = Object.entries(agrees).flatMap(([column, same]) => (same ? [] : [column]));
  if (differing.length > 0) {
    findings.add('event', seq, `The event does not match the log: ${differing.join(', ')}.`);
  }
  if (claims.actor === undefined) return;
  const behalf = claims.actor.onBehalfOf && addressOf(claims.actor.onBehalfOf);
  if (row.actor_address !== addressOf(claims.actor)) {
    findings.add('actor', seq, 'actor_ref does not refer to the actor.');
  }
  if ((row.behalf_address ?? undefined) !== behalf || (row.behalf_ref === null) !== !behalf) {
    findings.add('actor', seq, 'behalf_ref does not refer to the person that the actor acted for.');
  }
}
