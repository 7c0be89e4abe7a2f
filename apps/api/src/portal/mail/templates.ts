/** What the service writes to people: each message a function of its data, made when it is sent. */

import type { Role } from '@liblab/audit-core';
import type { LinkPurpose } from '../../access/link-token.ts';

export interface Message {
  subject: string;
  text: string;
}

/** What links are made of. */
export interface LinkContext {
  /** Where people reach the service, without a slash at its end. */
  url: string;
  token: (purpose: LinkPurpose, id: string) => string;
}

/**
 * Texts that somebody else wrote stand in no message to an address that nobody has verified: the service would carry
 * anyone's words to anyone.
 */
export const templates = {
  'verify-email': ({ signUpId }: { signUpId: string }, ctx: LinkContext): Message => ({
    subject: 'Verify your e-mail address',
    text: letter(
      'Somebody signed up for Audit Trails with this address. If that was you, verify it here:',
      linkOf(ctx, 'verify-email', signUpId),
      'The link works for 24 hours and asks for the password that you chose. If it was not you, do nothing: no account is made.',
    ),
  }),
  'account-exists': (_data: Record<string, never>, { url }: LinkContext): Message => ({
    subject: 'You have an account already',
    text: letter(
      'Somebody signed up for Audit Trails with this address, which has an account already. If that was you, sign in:',
      `${url}/sign-in`,
      `Forgot the password? Set a new one at ${url}/forgot-password`,
      'If it was not you, do nothing: nothing was changed.',
    ),
  }),
  'reset-password': ({ resetId }: { resetId: string }, ctx: LinkContext): Message => ({
    subject: 'Set a new password',
    text: letter(
      'Somebody asked for a new password of the Audit Trails account with this address. If that was you, set it here:',
      linkOf(ctx, 'reset-password', resetId),
      'The link works for one hour and once. If it was not you, do nothing: the password stays.',
    ),
  }),
  invitation: (
    { invitationId, organizationName, inviterName, role }: InvitationData,
    ctx: LinkContext,
  ): Message => ({
    subject: `${oneLine(inviterName)} invites you to ${oneLine(organizationName)}`,
    text: letter(
      `${oneLine(inviterName)} invites you to ${oneLine(organizationName)} on Audit Trails, as ${role}. Accept here:`,
      linkOf(ctx, 'invitation', invitationId),
      'If you do not know why you got this message, do nothing.',
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

/** The token stands behind #, where neither logs of requests nor programs that follow links see it. */
function linkOf({ url, token }: LinkContext, purpose: LinkPurpose, id: string): string {
  return `${url}/${purpose}#${token(purpose, id)}`;
}

function letter(...paragraphs: string[]): string {
  return `${paragraphs.join('\n\n')}\n`;
}

function oneLine(text: string): string {
  return text.replaceAll(/[\s\p{Cc}]+/gu, ' ').trim();
}
