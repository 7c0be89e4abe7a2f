/** Reads an event back from its row: merges the disclosures that are still there. */

import type { Catalogue, Json, Outcome, SentEvent, TrailEvent } from '@liblab/audit-core';

/** A row of audit_events; select it with `eventColumns`. */
export interface EventRow {
  organization_id: string;
  seq: number;
  id: string;
  at: Date;
  logged_at: Date;
  late: boolean;
  type: string;
  outcome: string;
  key_id: string | null;
  disclosures: string;
}

/** What `readEvent` needs, for a select from audit_events as `e`. */
export const eventColumns =
  'e.organization_id, e.seq, e.id, e.at, e.logged_at, e.late, e.type, e.outcome, e.key_id, e.disclosures';

/** A partial event, as `discloseEvent` makes it. */
type Part = Partial<SentEvent> & { targetNames?: (string | null)[] };

/**
 * The event of a row. What was erased is absent, except for what an event cannot be without: the actor then reads as
 * the user `erased`, the time as the row's, the version as 1. `keyNames` maps the ids of keys to their names.
 */
export function readEvent(
  row: EventRow,
  catalogue: Catalogue,
  keyNames: ReadonlyMap<string, string>,
): TrailEvent {
  const merged = merge(row.disclosures);
  const version = merged.version ?? 1;
  const definition = catalogue.find(row.type, version);
  const at = row.at.toISOString();
  return {
    id: row.id,
    seq: row.seq,
    type: row.type,
    version,
    organizationId: row.organization_id,
    occurredAt: merged.occurredAt ?? at,
    loggedAt: row.logged_at.toISOString(),
    at,
    late: row.late,
    actor: merged.actor ?? { type: 'user', id: 'erased' },
    targets: merged.targets ?? [],
    outcome: outcomesByColumn[row.outcome] ?? 'success',
    ...(merged.reason === undefined ? {} : { reason: merged.reason }),
    context: merged.context ?? {},
    details: inOrder(merged.details, definition?.details),
    ...(merged.changes === undefined ? {} : { changes: merged.changes }),
    ...(row.key_id === null
      ? {}
      : { reportedBy: { keyId: row.key_id, name: keyNames.get(row.key_id) ?? row.key_id } }),
    known: definition !== undefined,
  };
}

export const outcomesByColumn: Readonly<Record<string, Outcome>> = {
  s: 'success',
  f: 'failure',
  d: 'denied',
};

type Details = Record<string, Json>;

function merge(disclosures: string): Part {
  const merged: Part = {};
  let details: Details | undefined;
  let targetNames: Part['targetNames'];
  for (const disclosure of disclosures.split('~')) {
    const part = parse(disclosure);
    if (!part) continue;
    details = details && part.details ? { ...details, ...part.details } : (part.details ?? details);
    targetNames = part.targetNames ?? targetNames;
    Object.assign(merged, part);
  }
  if (details) merged.details = details;
  if (merged.targets && targetNames) merged.targets = named(merged.targets, targetNames);
  return merged;
}

/**
 * One disclosure's value. Undefined for what is no disclosure: a row that somebody spoilt must not take the page away
 * from the rest of the trail; verification is what names it.
 */
function parse(disclosure: string): Part | undefined {
  if (disclosure === '') return undefined;
  try {
    const [, , value] = JSON.parse(Buffer.from(disclosure, 'base64url').toString()) as Json[];
    return typeof value === 'object' && value !== null ? (value as Part) : undefined;
  } catch {
    return undefined;
  }
}

function named(targets: SentEvent['targets'], names: readonly (string | null)[]) {
  return targets.map((target, index) => {
    const name = names[index];
    return typeof name === 'string' ? { ...target, name } : target;
  });
}

/** The catalogue's order: the disclosures' would tell which details are private. */
function inOrder(details: Details = {}, shape: object | undefined): Details {
  if (!shape) return details;
  const ordered: Details = {};
  for (const name in shape) if (Object.hasOwn(details, name)) ordered[name] = details[name] as Json;
  return { ...ordered, ...details };
}
