/** Documents and their approval, read from the tables or reconstructed from events. */

import type { Actor, TrailEvent } from '@liblab/audit-core';
import { z } from 'zod';
import type { Database } from '../../db/database.ts';

/** Null: unknown or erased. */
export interface DocumentState {
  id: string;
  name: string | null;
  /** Null for an unregistered document, which has no preview. */
  kind: 'openapi' | 'readme' | null;
  language: string | null;
  buildId: string | null;
  state: 'approved' | 'unapproved';
  changedAt: string | null;
  changedBy: Actor | null;
}

/** Registered documents of an organisation, in the order of their numbers. */
export async function readDocuments(
  { models }: Pick<Database, 'models'>,
  organizationId: string,
  which: { id: number } | { buildId: number },
): Promise<DocumentState[]> {
  const documents = await models.Document.findAll({
    // Content and preview can be several megabytes.
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

/** The documents that events mention, in the order of their newest event. `events` are newest first. */
export function documentsFromEvents(events: readonly TrailEvent[]): DocumentState[] {
  const documents = new Map<string, DocumentState>();
  for (const event of events) {
    for (const target of event.targets) {
      if (target.type !== 'document') continue;
      const newer = documents.get(target.id);
      const state = stateFromEvent(event, target);
      documents.set(target.id, newer ? mergeOlder(newer, state) : state);
    }
  }
  return [...documents.values()];
}

function stateFromEvent(
  event: TrailEvent,
  { id, name }: { id: string; name?: string | undefined },
): DocumentState {
  // Failed and denied attempts change nothing.
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

/** Keeps the values of the newer event and takes missing ones from the older. */
function mergeOlder(newer: DocumentState, older: DocumentState): DocumentState {
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
