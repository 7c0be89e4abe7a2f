/** Why the Portal denied or failed an act: what the trail stores is a code, what people read is its text. */

import type { TrailEvent } from './event.ts';

/** Each code and its text. Data that a code needs, such as the role to give, is in the details of the event. */
export const reasonTexts = {
  missing_permission: 'Their role does not allow this.',
  own_role: 'Only owners can change their own role.',
  owner_required: 'Only an owner can give or take away the owner role.',
  last_owner: 'This would leave the organisation without an owner.',
  other_address: 'The invitation is for another e-mail address.',
  wrong_password: 'The password was wrong.',
  email_not_verified: 'The e-mail address is not verified yet.',
  account_locked: 'Too many failed sign-ins: the account is locked for a few minutes.',
} as const satisfies Record<string, string>;

/** Why the Portal denied or failed an act. */
export type ReasonCode = keyof typeof reasonTexts;

export function isReasonCode(text: string): text is ReasonCode {
  return Object.hasOwn(reasonTexts, text);
}

/** An event's reason as people read it. What a key reported is the emitter's own text, and is shown as it is. */
export function reasonText({
  reason,
  reportedBy,
}: Pick<TrailEvent, 'reason' | 'reportedBy'>): string | undefined {
  return reason !== undefined && !reportedBy && isReasonCode(reason) ? reasonTexts[reason] : reason;
}
