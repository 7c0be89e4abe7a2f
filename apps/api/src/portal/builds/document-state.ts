/** Documents and their approval: as they are registered, or as events alone tell them. */

import type { Actor, TrailEvent } from '@liblab/audit-core';
import { z } from 'zod';
import type { Database } from '../../db/database.ts';

/** What no event tells, or what was erased, is null. */
export interface DocumentState {
  id: string;
  name: string | null;
  /** Null: it is not registered, and events alone speak of it; such a one has no preview. */
  kind: 'openapi' | 'readme' | null;
  language: string | null;
  buildId: string | null;
  state: 'approved' | 'unapproved';
  changedAt: string | null;
  changedBy: Actor | null;
}

/** Registered documents of an organisation, by their numbers. */
export async function readDocuments(
  { models }: Pick<Database, 'models'>,
  organizationId: string,
  which: { id: number } | { buildId: number },
): Promise<DocumentState[]> {
  const documents = await models.Document.findAll({
    // Content and preview may be megabytes.
    attributes: { exclude: ['content', 'preview'] },
    where: { organizationId, ...which },
    order: ['id'],
  });
  return documents.map((document) => ({
    id: String(document.id),
    name: document.name,
    kind: document.kind,
    language: document.language,
    buildId: String(document.buildId),
    state: document.approved ? 'approved' : 'unapproved',
    changedAt: document.changedAt?.toISOString() ?? null,
    changedBy: document.changedBy,
  }));
}

const details = z.object({ language: z.string().nullable().catch(null) });

/** The documents that events speak of, in the order of their newest event. `events` are newest first. */
export function documentsFromEvents(events: readonly TrailEvent[]): DocumentState[] {
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
    kind: null,
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
    kind: null,
    language: newer.language ?? older.language,
    buildId: newer.buildId ?? older.buildId,
    state,
    changedAt,
    changedBy,
  };
}
