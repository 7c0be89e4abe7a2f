/** Reasons why the Portal denied an act, or why it failed: the trail stores the code, pages show the text. */

import type { TrailEvent } from './event.ts';

/** Texts by code. Data that belongs to a code, such as the requested role, is in the details of the event. */
export const reasonTexts = {
  missing_permission: 'Their role does not allow this.',
  own_role: 'Only owners can change their own role.',
  owner_required: 'Only an owner can grant or remove the owner role.',
  last_owner: 'This would leave the organisation without an owner.',
  other_address: 'The invitation is for another e-mail address.',
  wrong_password: 'The password was wrong.',
  email_not_verified: 'The e-mail address is not verified yet.',
  account_locked: 'Too many failed sign-ins: the account is locked for a few minutes.',
} as const satisfies Record<string, string>;

/** A code of a reason. */
export type ReasonCode = keyof typeof reasonTexts;

/** Whether a text is the code of a reason. */
export function isReasonCode(text: string): text is ReasonCode {
  return Object.hasOwn(reasonTexts, text);
}

/** The text to show for an event's reason. An emitter's reason is free text and is returned unchanged. */
export function reasonText({
  reason,
  reportedBy,
}: Pick<TrailEvent, 'reason' | 'reportedBy'>): string | undefined {
  return reason !== undefined && !reportedBy && isReasonCode(reason) ? reasonTexts[reason] : reason;
}
