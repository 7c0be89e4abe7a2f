/** A document and its approvals, as events tell them. */

import { AppError, type TrailEvent } from '@liblab/audit-core';
import type { Services } from '../context.ts';
import { documentsOf, type DocumentState } from '../events/document-state.ts';
import { readTargetedEvents } from '../events/read-targeted-events.ts';

export interface DocumentPage {
  document: DocumentState;
  /** The newest that speak of the document, newest first. */
  events: TrailEvent[];
}

/** @throws AppError `not_found` when no event of the organisation speaks of the document */
export async function getDocument(
  services: Pick<Services, 'db' | 'catalogue'>,
  organizationId: string,
  id: string,
): Promise<DocumentPage> {
  const events = await readTargetedEvents(services, organizationId, { type: 'document', id });
  const document = documentsOf(events).find((one) => one.id === id);
  if (!document) throw new AppError('not_found', 'No event speaks of this document.');
  return { document, events };
}
