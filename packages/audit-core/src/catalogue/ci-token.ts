/** Events of the tokens with which CI acts for an organisation. */

import { defineEvent } from '../define-event.ts';
import { name, time, tokenId } from './fields.ts';

export const userAddCiToken = defineEvent({
  type: 'user.add_ci_token',
  version: 1,
  title: 'User Add CI Token',
  description: 'A token for CI was made.',
  category: 'tokens',
  recordedBy: 'portal',
  details: { name, tokenId, expiresAt: time },
  targets: ['ci-token'],
  publicDetails: ['tokenId', 'expiresAt'],
  sentence: 'Added {details.name}',
  retentionDays: 365,
  example: {
    details: {
      name: 'LIBLAB_RELEASE_TOKEN',
      tokenId: '77',
      expiresAt: '2026-05-01T00:00:00.000Z',
    },
    targets: [{ type: 'ci-token', id: '77', name: 'LIBLAB_RELEASE_TOKEN' }],
  },
});

export const userRemoveCiToken = defineEvent({
  type: 'user.remove_ci_token',
  version: 1,
  title: 'User Remove CI Token',
  description: 'A token for CI was revoked.',
  category: 'tokens',
  recordedBy: 'portal',
  details: { tokenId },
  targets: ['ci-token'],
  publicDetails: ['tokenId'],
  sentence: 'Removed {targets.0.name|or:details.tokenId}',
  retentionDays: 365,
  example: {
    details: { tokenId: '77' },
    targets: [{ type: 'ci-token', id: '77', name: 'LIBLAB_RELEASE_TOKEN' }],
  },
});
