/** Events of reading the trail. */

import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import { limits } from '../limits.ts';

/** What all versions of `trail.export` have in common. */
const trailExportBase = {
  type: 'trail.export',
  title: 'User Exported Trail',
  description:
    'A user started to export events of this trail to a file. Recorded before the first row is sent, so it is not in the file.',
  category: 'log',
  recordedBy: 'portal',
  targets: ['log'],
  publicDetails: ['format'],
  sentence: 'Exported the trail as {details.format}',
  attempt: 'Tried to export the trail as {details.format}',
  retentionDays: 365,
} as const;

const exampleTargets = [
  { type: 'log', id: '019a972c-7e62-7b0d-a3c1-2b1f0e5d4c3b', name: 'Exciting Soda' },
] as const;

export const trailExportV1 = defineEvent({
  ...trailExportBase,
  version: 1,
  details: {
    format: z.enum(['CSV']),
    /** The query string of the export's URL. It may name persons. */
    filter: z.string().max(8_000).optional(),
  },
  example: {
    details: { format: 'CSV', filter: 'types=user.build&from=2026-01-01T00:00:00Z' },
    targets: exampleTargets,
  },
});

export const trailExport = defineEvent({
  ...trailExportBase,
  version: 2,
  details: {
    format: z.enum(['CSV']),
    /** The query in the query language; absent when the whole trail is exported. It may name persons. */
    query: z.string().max(limits.queryCharsMax).optional(),
  },
  example: {
    details: { format: 'CSV', query: 'type:user.build after:2026-01-01T00:00Z' },
    targets: exampleTargets,
  },
});
