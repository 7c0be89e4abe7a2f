/** Events of an organisation. */

import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import { name } from './fields.ts';

const organization = {
  version: 1,
  category: 'organization',
  recordedBy: 'portal',
  targets: ['organization'],
  retentionDays: 3_650,
} as const;

const exampleTargets = [
  { type: 'organization', id: '019a972c-7e62-7b0d-a3c1-2b1f0e5d4c3b', name: 'Exciting Soda' },
] as const;

export const organizationCreate = defineEvent({
  ...organization,
  type: 'organization.create',
  title: 'Organization Created',
  description: 'An organisation was created, and its trail with it.',
  /** `domain` is set when the first verified user of that domain created it. */
  details: { name, domain: z.string().min(1).max(255).optional() },
  publicDetails: ['domain'],
  sentence: 'Created the organisation {details.name}',
  attempt: 'Tried to create the organisation {details.name}',
  example: {
    details: { name: 'Exciting Soda', domain: 'exciting.soda' },
    targets: exampleTargets,
  },
});

export const organizationUpdate = defineEvent({
  ...organization,
  type: 'organization.update',
  title: 'Organization Updated',
  description: 'The name of an organisation, or who may join it, was changed; see `changes`.',
  details: {},
  publicDetails: [],
  sentence: 'Changed the settings of {targets.0.name|or:targets.0.id}',
  attempt: 'Tried to change the settings of {targets.0.name|or:targets.0.id}',
  example: { details: {}, targets: exampleTargets },
});
