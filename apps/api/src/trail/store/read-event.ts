/** Reads an event back from its row: merges the disclosures that are still there. */

import type { Catalogue, Json, Outcome, SentEvent, TrailEvent } from '@liblab/audit-core';

/** A row of audit_events, as `queryEvents` brings it. */
export interface EventRow {
  organization_id: string;
  seq: number;
  id: string;
  /** ISO 8601 in UTC with milliseconds, and so is `logged_at`. */
  at: string;
  logged_at: string;
  late: boolean;
  type: string;
  outcome: string;
  key_id: string | null;
  disclosures: string;
}

/** A partial event, as `discloseEvent` makes it. */
export type EventPart = Partial<SentEvent> & { targetNames?: (string | null)[] };

/**
 * The event of a row. What was erased is absent, except for what an event cannot be without: the actor then reads as
 * the user `erased`, the time as the row's, the version as 1. `keyNames` maps the ids of keys to their names.
 */
export function readEvent(
  row: EventRow,
  catalogue: Catalogue,
  keyNames: ReadonlyMap<string, string>,
): TrailEvent {
  const {
    version = 1,
    actor,
    occurredAt,
    targets,
    context,
    details,
    reason,
    changes,
  } = mergeDisclosures(row.disclosures);
  const definition = catalogue.find(row.type, version);
  const { at } = row;
  const event: TrailEvent = {
    id: row.id,
    seq: row.seq,
    type: row.type,
    version,
    organizationId: row.organization_id,
    occurredAt: occurredAt ?? at,
    loggedAt: row.logged_at,
    at,
    late: row.late,
    actor: actor ?? { type: 'user', id: 'erased' },
    targets: targets ?? [],
    outcome: outcomesByColumn[row.outcome] ?? 'success',
    context: context ?? {},
    details: inOrder(details ?? {}, definition?.details),
    known: definition !== undefined,
  };
  if (reason !== undefined) event.reason = reason;
  if (changes !== undefined) event.changes = changes;
  if (row.key_id !== null) {
    event.reportedBy = { keyId: row.key_id, name: keyNames.get(row.key_id) ?? row.key_id };
  }
  return event;
}

export const outcomesByColumn: Readonly<Record<string, Outcome>> = {
  s: 'success',
  f: 'failure',
  d: 'denied',
};

type Details = Record<string, Json>;

/** What the disclosures, joined by ~, say together. Merged into the first of them, which nobody else holds. */
export function mergeDisclosures(disclosures: string): EventPart {
  let merged: EventPart | undefined;
  for (const disclosure of disclosures.split('~')) {
    const part = parse(disclosure);
    if (!part) continue;
    const details = merged?.details;
    if (details && part.details) part.details = Object.assign(details, part.details);
    merged = merged ? Object.assign(merged, part) : part;
  }
  if (merged?.targets && merged.targetNames) nameTargets(merged.targets, merged.targetNames);
  return merged ?? {};
}

/**
 * One disclosure's value. Undefined for what is no disclosure: a row that somebody spoilt must not take the page away
 * from the rest of the trail; verification is what names it.
 */
function parse(disclosure: string): EventPart | undefined {
  if (disclosure === '') return undefined;
  try {
    const [, , value] = JSON.parse(decode(disclosure)) as Json[];
    return typeof value === 'object' && value !== null ? (value as EventPart) : undefined;
  } catch {
    return undefined;
  }
}

/** Reused: nobody else runs between writing it and reading it. */
let scratch = Buffer.allocUnsafe(16_384);

function decode(base64url: string): string {
  if (base64url.length > scratch.length) scratch = Buffer.allocUnsafe(base64url.length);
  return scratch.toString('utf8', 0, scratch.write(base64url, 'base64url'));
}

function nameTargets(targets: SentEvent['targets'], names: readonly (string | null)[]): void {
  for (const [index, target] of targets.entries()) {
    const name = names[index];
    if (typeof name === 'string') target.name = name;
  }
}

/** The catalogue's order: the disclosures' would tell which details are private. */
function inOrder(details: Details, shape: object | undefined): Details {
  if (!shape) return details;
  const ordered: Details = {};
  for (const name in shape) if (Object.hasOwn(details, name)) ordered[name] = details[name] as Json;
  for (const name in details)
    if (!Object.hasOwn(shape, name)) ordered[name] = details[name] as Json;
  return ordered;
}
