/** Texts of the pages before the Portal: signing in and up, passwords, invitations and the first set-up. */

import { plural } from '../locale.ts';

const passwordHint = 'At least 12 characters';
const incompleteLink = 'This link is incomplete. Copy the whole link from the e-mail.';

export const signIn = {
  title: 'Sign in',
  lead: 'to the liblab Portal',
  email: 'E-mail',
  password: 'Password',
  submit: 'Sign in',
  expired: 'Your session has ended. Sign in to continue.',
  wrong: 'Wrong e-mail or password.',
  rateLimited: (seconds: number) =>
    `Too many attempts. Try again in ${plural(seconds, 'second', 'seconds')}.`,
  rateLimitOver: 'You can try again now.',
  unavailable: 'Can’t reach the Portal. Check your connection and try again.',
  failed: (message: string) => `Sign-in failed: ${message}`,
  signUp: 'Sign up',
  forgotPassword: 'Forgot password?',
};

export const signUp = {
  title: 'Sign up',
  lead: 'for the liblab Portal',
  name: 'Your name',
  email: 'Work e-mail',
  password: 'Password',
  passwordHint,
  submit: 'Sign up',
  signIn: 'Sign in instead',
  sent: 'Check your e-mail',
  sentLead: (email: string) =>
    `We’ve sent a message to ${email}. Open the link within 24 hours and enter your password to create your account.`,
  again: 'No e-mail? Sign up again',
};

export const verifyEmail = {
  title: 'Verify',
  lead: 'your e-mail address',
  password: 'Password',
  passwordHint: 'The password you chose when you signed up',
  submit: 'Verify and sign in',
  incompleteLink,
  signUp: 'Sign up again',
};

export const forgotPassword = {
  title: 'Reset your password',
  email: 'E-mail',
  emailHint: 'We’ll e-mail you a link.',
  submit: 'Send link',
  signIn: 'Back to sign in',
  sent: 'Check your e-mail',
  sentLead: (email: string) =>
    `If ${email} has an account, we’ve sent it a link. The link works for one hour.`,
};

export const resetPassword = {
  title: 'Set a new password',
  lead: 'for your account',
  password: 'New password',
  passwordHint: 'At least 12 characters. You will be signed out everywhere.',
  submit: 'Set password',
  incompleteLink,
  done: 'Password changed',
  doneLead: (email: string) => `Sign in as ${email} with your new password.`,
  signIn: 'Sign in',
  again: 'Send another link',
};

export const invitation = {
  title: 'Join',
  loading: 'Opening the invitation…',
  offer: (inviter: string, role: string) => `${inviter} has invited you to join as ${role}.`,
  email: 'E-mail',
  name: 'Your name',
  password: 'Password',
  passwordHint,
  create: 'Create account and join',
  join: (organization: string) => `Join ${organization}`,
  signIn: 'Sign in to join',
  signOut: 'Sign out',
  hasAccount: (email: string) => `${email} already has an account. Sign in with it to join.`,
  signedInAs: (invited: string, current: string) =>
    `This invitation is for ${invited}, but you are signed in as ${current}.`,
  incompleteLink,
};

export const setup = {
  title: 'Set up',
  lead: 'the Portal’s first organisation',
  organization: 'Organisation',
  name: 'Your name',
  email: 'E-mail',
  password: 'Password',
  passwordHint,
  submit: 'Create organisation',
  incompleteLink:
    'This link is incomplete. Copy the whole link that the service printed when it started.',
};
