/** Points of a signer's round at which it can be killed; crash-point.ts does it. */

/** In the order of a round: state line, state sync, note row; `rewrite` and `rename` when the state is opened. */
export const crashPoints = [
  'before the state is rewritten',
  'while the state is rewritten',
  'before the rewritten state takes its place',
  'after the rewritten state took its place',
  'before the state is written',
  'while the state is written',
  'after the state is synced',
  'before the notes are sent',
  'when the notes are sent',
  'after the notes are stored',
] as const;
export type CrashPoint = (typeof crashPoints)[number];
