/** Events of a user's own account. */

import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import { email, name } from './fields.ts';

export const userCreate = defineEvent({
  type: 'user.create',
  version: 1,
  title: 'User Create',
  description: 'A user account came into being, by signing up or by accepting an invitation.',
  category: 'users',
  recordedBy: 'emitter',
  details: { email, name, via: z.enum(['sign-up', 'invitation']) },
  targets: ['user'],
  publicDetails: ['via'],
  subjects: [{ type: 'user', id: 'email', details: ['email', 'name'] }],
  sentence: 'Joined as {details.name} by {details.via}',
  retentionDays: 365,
  example: {
    details: { email: 'ada@exciting.soda', name: 'Ada Okafor', via: 'sign-up' },
    targets: [{ type: 'user', id: '1190', name: 'Ada Okafor' }],
  },
});

export const userVerifiedEmail = defineEvent({
  type: 'user.verified_email',
  version: 1,
  title: 'User Verified Email',
  description: 'A user proved to own the e-mail address of the account.',
  category: 'users',
  recordedBy: 'emitter',
  details: { email },
  targets: ['user'],
  publicDetails: [],
  subjects: [{ type: 'user', id: 'email', details: ['email'] }],
  sentence: 'Verified {details.email}',
  retentionDays: 365,
  example: {
    details: { email: 'ada@exciting.soda' },
    targets: [{ type: 'user', id: '1190', name: 'Ada Okafor' }],
  },
});
