/** Events of signing in and out. */

import { defineEvent } from '../define-event.ts';
import { memberLink } from './fields.ts';

const session = {
  version: 1,
  category: 'sessions',
  recordedBy: 'portal',
  details: {},
  targets: ['user'],
  publicDetails: [],
  link: memberLink,
  retentionDays: 365,
  example: { details: {}, targets: [{ type: 'user', id: '1190', name: 'Ada Okafor' }] },
} as const;

export const sessionSignIn = defineEvent({
  ...session,
  type: 'session.sign_in',
  title: 'User Sign In',
  description: 'A user signed in. Recorded in every organisation of the user.',
  sentence: 'Signed in',
  attempt: 'Tried to sign in',
});

export const sessionSignInFailure = defineEvent({
  ...session,
  type: 'session.sign_in_failure',
  title: 'User Sign In Failure',
  description:
    'An attempt to sign in failed. The actor is the account, which does not prove who attempted it.',
  outcome: 'failure',
  sentence: 'Failed to sign in',
});

export const sessionSignOut = defineEvent({
  ...session,
  type: 'session.sign_out',
  title: 'User Sign Out',
  description: 'A user signed out.',
  sentence: 'Signed out',
  attempt: 'Tried to sign out',
});
