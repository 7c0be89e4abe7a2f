/** Events of the tokens that CI uses to act for an organisation. */

import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import { keyScopes } from '../roles.ts';
import { name, time, tokenId } from './fields.ts';

const link = { path: '/tokens/{details.tokenId}', label: 'Open token' } as const;

export const userAddCiToken = defineEvent({
  type: 'user.add_ci_token',
  version: 1,
  title: 'User Add CI Token',
  description: 'A CI token, or another key of the organisation, was created.',
  category: 'tokens',
  recordedBy: 'portal',
  details: {
    name,
    tokenId,
    expiresAt: time,
    scopes: z.array(z.enum(keyScopes)).min(1).max(keyScopes.length).optional(),
  },
  targets: ['ci-token'],
  publicDetails: ['tokenId', 'expiresAt', 'scopes'],
  sentence: 'Added {details.name}',
  attempt: 'Tried to add {details.name}',
  link,
  retentionDays: 365,
  example: {
    details: {
      name: 'LIBLAB_RELEASE_TOKEN',
      tokenId: '77',
      expiresAt: '2026-05-01T00:00:00.000Z',
      scopes: ['build'],
    },
    targets: [{ type: 'ci-token', id: '77', name: 'LIBLAB_RELEASE_TOKEN' }],
  },
});

export const userRemoveCiToken = defineEvent({
  type: 'user.remove_ci_token',
  version: 1,
  title: 'User Remove CI Token',
  description: 'A CI token, or another key of the organisation, was revoked.',
  category: 'tokens',
  recordedBy: 'portal',
  details: { tokenId },
  targets: ['ci-token'],
  publicDetails: ['tokenId'],
  sentence: 'Removed {targets.0.name|or:details.tokenId}',
  attempt: 'Tried to remove {targets.0.name|or:details.tokenId}',
  link,
  retentionDays: 365,
  example: {
    details: { tokenId: '77' },
    targets: [{ type: 'ci-token', id: '77', name: 'LIBLAB_RELEASE_TOKEN' }],
  },
});
