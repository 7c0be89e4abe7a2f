/** The texts of all e-mails. */

import type { Role } from '@liblab/audit-core';
import type { LinkPurpose } from '../../access/link-token.ts';

export interface Message {
  subject: string;
  text: string;
}

/** What links are created from. */
export interface LinkContext {
  /** The public URL of the service, without a trailing slash. */
  url: string;
  token: (purpose: LinkPurpose, id: string) => string;
}

/**
 * Each template is a function of its data. E-mails to unverified addresses contain no text that a stranger wrote: the
 * service could be used to send spam.
 */
export const templates = {
  'verify-email': ({ signUpId }: { signUpId: string }, ctx: LinkContext): Message => ({
    subject: 'Verify your e-mail address',
    text: joinParagraphs(
      'Somebody signed up for Audit Trails with this e-mail address. If it was you, verify the address here:',
      linkOf(ctx, 'verify-email', signUpId),
      'The link is valid for 24 hours. You will need the password that you chose.',
      'If it was not you, ignore this e-mail: no account will be created.',
    ),
  }),
  'account-exists': (_data: Record<string, never>, { url }: LinkContext): Message => ({
    subject: 'You already have an account',
    text: joinParagraphs(
      'Somebody tried to sign up for Audit Trails with this e-mail address, but it already has an account. If it was you, sign in here:',
      `${url}/sign-in`,
      `Forgot your password? Reset it here: ${url}/forgot-password`,
      'If it was not you, ignore this e-mail: your account has not changed.',
    ),
  }),
  'reset-password': ({ resetId }: { resetId: string }, ctx: LinkContext): Message => ({
    subject: 'Reset your password',
    text: joinParagraphs(
      'Somebody asked to reset the password of your Audit Trails account. If it was you, set a new password here:',
      linkOf(ctx, 'reset-password', resetId),
      'The link works once and is valid for one hour.',
      'If it was not you, ignore this e-mail: your password will not change.',
    ),
  }),
  invitation: (
    { invitationId, organizationName, inviterName, role }: InvitationData,
    ctx: LinkContext,
  ): Message => ({
    subject: `${oneLine(inviterName)} invited you to ${oneLine(organizationName)}`,
    text: joinParagraphs(
      `${oneLine(inviterName)} invited you to join ${oneLine(organizationName)} on Audit Trails as ${role === 'member' ? 'a' : 'an'} ${role}. Accept the invitation here:`,
      linkOf(ctx, 'invitation', invitationId),
      'The link is valid for 7 days. If you did not expect this invitation, ignore this e-mail.',
    ),
  }),
} as const;

export type TemplateName = keyof typeof templates;
export type TemplateData<T extends TemplateName> = Parameters<(typeof templates)[T]>[0];

interface InvitationData {
  invitationId: string;
  organizationName: string;
  inviterName: string;
  role: Role;
}

/** The token is in the fragment, which is neither logged nor sent by programs that follow links. */
function linkOf({ url, token }: LinkContext, purpose: LinkPurpose, id: string): string {
  return `${url}/${purpose}#${token(purpose, id)}`;
}

function joinParagraphs(...paragraphs: string[]): string {
  return `${paragraphs.join('\n\n')}\n`;
}

function oneLine(text: string): string {
  return text.replaceAll(/[\s\p{Cc}]+/gu, ' ').trim();
}
