/** Documents as the events of their approval tell them. */

import type { Actor, TrailEvent } from '@liblab/audit-core';
import { z } from 'zod';

/** What no event tells, or what was erased, is null. */
export interface DocumentState {
  id: string;
  name: string | null;
  language: string | null;
  buildId: string | null;
  state: 'approved' | 'unapproved';
  changedAt: string | null;
  changedBy: Actor | null;
}

const details = z.object({ language: z.string().nullable().catch(null) });

/** The documents that events speak of, in the order of their newest event. `events` are newest first. */
export function documentsOf(events: readonly TrailEvent[]): DocumentState[] {
  const documents = new Map<string, DocumentState>();
  for (const event of events) {
    for (const target of event.targets) {
      if (target.type !== 'document') continue;
      const known = documents.get(target.id);
      const told = tell(event, target);
      // The newest event that tells something wins; older ones fill in what it left open.
      documents.set(target.id, known ? fill(known, told) : told);
    }
  }
  return [...documents.values()];
}

function tell(
  event: TrailEvent,
  { id, name }: { id: string; name?: string | undefined },
): DocumentState {
  // An attempt that failed or was denied changed nothing.
  const approval = event.outcome === 'success' ? approvals[event.type] : undefined;
  return {
    id,
    name: name ?? null,
    language: details.parse(event.details).language,
    buildId: event.targets.find((target) => target.type === 'build')?.id ?? null,
    state: approval ?? 'unapproved',
    changedAt: approval ? event.occurredAt : null,
    changedBy: approval ? event.actor : null,
  };
}

const approvals: Readonly<Record<string, DocumentState['state']>> = {
  'user.approved_doc': 'approved',
  'user.unapproved_doc': 'unapproved',
};

function fill(newer: DocumentState, older: DocumentState): DocumentState {
  const { state, changedAt, changedBy } = newer.changedAt === null ? older : newer;
  return {
    id: newer.id,
    name: newer.name ?? older.name,
    language: newer.language ?? older.language,
    buildId: newer.buildId ?? older.buildId,
    state,
    changedAt,
    changedBy,
  };
}
