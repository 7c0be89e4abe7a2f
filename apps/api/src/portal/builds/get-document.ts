/** A document and its approval, and its part of the trail for who may read that. */

import { AppError, type TrailEvent } from '@liblab/audit-core';
import { rowNumberOf } from '../../http/numbered.ts';
import { documentsFromEvents, readDocuments, type DocumentState } from './document-state.ts';
import type { TrailContext } from '../../trail/store/trail-context.ts';
import { readTargetedEvents } from '../../trail/query/read-targeted-events.ts';

export interface DocumentPage {
  document: DocumentState;
  /** The newest that speak of the document, newest first; absent for who may not read the trail. */
  events?: TrailEvent[];
}

/**
 * Who may read the trail is also shown a document that is not registered, when events speak of it.
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

/** The same for what is foreign and what does not exist. */
export function documentNotFound(): AppError {
  return new AppError('not_found', 'This organisation has no such document.');
}
