/** Events of the log itself. */

import { z } from 'zod';
import { defineEvent } from '../define-event.ts';

export const logAdopt = defineEvent({
  type: 'log.adopt',
  version: 1,
  title: 'Log Adopted',
  description:
    'An operator accepted the stored trail as it is, although it did not match the signed log or the signer had lost its state.',
  category: 'log',
  recordedBy: 'portal',
  details: { size: z.int().min(0), reason: z.string().min(1).max(2_000) },
  targets: ['log'],
  publicDetails: ['size', 'reason'],
  sentence: 'Adopted the log as it stood at {details.size|count:event:events}: {details.reason}',
  attempt:
    'Tried to adopt the log as it stood at {details.size|count:event:events}: {details.reason}',
  retentionDays: 3_650,
  example: {
    details: { size: 70_002, reason: 'Restored the database from the back-up of last night' },
    targets: [{ type: 'log', id: '019a972c-7e62-7b0d-a3c1-2b1f0e5d4c3b' }],
  },
});
