/** Events of a user's account. */

import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import { email, memberLink, name } from './fields.ts';

export const userCreate = defineEvent({
  type: 'user.create',
  version: 1,
  title: 'User Create',
  description: 'A user account was created, by sign-up or by accepting an invitation.',
  category: 'users',
  recordedBy: 'portal',
  details: { email, name, via: z.enum(['sign-up', 'invitation']) },
  targets: ['user'],
  publicDetails: ['via'],
  link: memberLink,
  subjects: [{ type: 'user', id: 'email', details: ['email', 'name'] }],
  sentence: 'Joined as {details.name} by {details.via}',
  attempt: 'Tried to join as {details.name} by {details.via}',
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
  description: "A user proved that they own the account's e-mail address.",
  category: 'users',
  recordedBy: 'portal',
  details: { email },
  targets: ['user'],
  publicDetails: [],
  link: memberLink,
  subjects: [{ type: 'user', id: 'email', details: ['email'] }],
  sentence: 'Verified {details.email}',
  attempt: 'Tried to verify {details.email}',
  retentionDays: 365,
  example: {
    details: { email: 'ada@exciting.soda' },
    targets: [{ type: 'user', id: '1190', name: 'Ada Okafor' }],
  },
});

export const userResetPassword = defineEvent({
  type: 'user.reset_password',
  version: 1,
  title: 'User Reset Password',
  description: 'A user set a new password through a link sent by e-mail; all sessions were ended.',
  category: 'users',
  recordedBy: 'portal',
  details: {},
  targets: ['user'],
  publicDetails: [],
  sentence: 'Reset the password of {targets.0.name|or:targets.0.id}',
  attempt: 'Tried to reset the password of {targets.0.name|or:targets.0.id}',
  link: memberLink,
  retentionDays: 365,
  example: { details: {}, targets: [{ type: 'user', id: '1190', name: 'Ada Okafor' }] },
});
