/** Reads a document, its approval and its events. */

import { AppError, type TrailEvent } from '@liblab/audit-core';
import { rowNumberOf } from '../../http/numbered.ts';
import { documentsFromEvents, readDocuments, type DocumentState } from './document-state.ts';
import type { TrailContext } from '../../trail/store/trail-context.ts';
import { readTargetedEvents } from '../../trail/query/read-targeted-events.ts';

export interface DocumentPage {
  document: DocumentState;
  /** The newest events that mention the document, newest first; absent when the caller may not read the trail. */
  events?: TrailEvent[];
}

/**
 * For callers who may read the trail, also finds an unregistered document that events mention.
 *
 * @throws AppError `not_found`
 */
export async function getDocument(
  services: TrailContext,
  organizationId: string,
  { id, trail }: { id: string; trail: boolean },
): Promise<DocumentPage> {
  const [registered] = await readDocuments(services.db, organizationId, { id: rowNumberOf(id) });
  const events = trail
    ? await readTargetedEvents(services, organizationId, { type: 'document', id })
    : undefined;
  const document = registered ?? documentsFromEvents(events ?? []).find((one) => one.id === id);
  if (!document) throw documentNotFound();
  return { document, ...(events ? { events } : {}) };
}

/** The same error for a missing document and one of another organisation. */
export function documentNotFound(): AppError {
  return new AppError('not_found', 'This organisation has no such document.');
}
