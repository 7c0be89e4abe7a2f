/** Points between an act and its event at which the API can be killed; act-crash-point.ts does it. */

/** In order: the act's transaction, then the relay's. */
export const actCrashPoints = [
  'before the act is committed',
  'when the commit of the act is sent',
  'after the act is committed',
  'before the event is appended',
  'after the event is appended',
  'before the removal is committed',
  'when the commit of the removal is sent',
  'after the removal is committed',
] as const;
export type ActCrashPoint = (typeof actCrashPoints)[number];
