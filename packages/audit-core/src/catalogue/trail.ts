/** Events of reading the trail. */

import { z } from 'zod';
import { defineEvent } from '../define-event.ts';

/** Bounds `filter`: what does not fit is not exported. */
export const trailFilterCharsMax = 8_000;

export const trailExport = defineEvent({
  type: 'trail.export',
  version: 1,
  title: 'User Exported Trail',
  description:
    'A user started to export events of this trail to a file. Recorded before the first row is sent, so it is not in the file.',
  category: 'log',
  recordedBy: 'portal',
  details: {
    format: z.enum(['CSV']),
    /** A text of the query language. It may name whom the events were searched by. */
    filter: z.string().max(trailFilterCharsMax).optional(),
  },
  targets: ['log'],
  publicDetails: ['format'],
  sentence: 'Exported the trail as {details.format}',
  attempt: 'Tried to export the trail as {details.format}',
  retentionDays: 365,
  example: {
    details: { format: 'CSV', filter: 'type:user.build after:2026-01-01T00:00Z' },
    targets: [{ type: 'log', id: '019a972c-7e62-7b0d-a3c1-2b1f0e5d4c3b', name: 'Exciting Soda' }],
  },
});
