/** The limits of events, requests and queries, which error messages and documentation quote. */

/** Limits by name, each with its unit. */
export const limits = {
  eventsPerRequestMax: 1_000,
  requestBytesMax: 4 * 1024 * 1024,
  eventBytesMax: 64 * 1024,
  typeCharsMax: 100,
  actorIdCharsMax: 512,
  emailCharsMax: 320,
  nameCharsMax: 512,
  targetsMax: 20,
  targetTypeCharsMax: 64,
  targetIdCharsMax: 1_024,
  reasonCharsMax: 2_000,
  contextCharsMax: 1_024,
  changesMax: 200,
  nestingMax: 16,
  timeCharsMax: 64,
  /** 1970 to 9999: these years sort as ISO 8601 text, and Postgres and every client can represent them. */
  occurredAtMinMs: 0,
  occurredAtMaxMs: 253_402_300_799_999,
  /** An event that arrives later than this after it happened is marked late. */
  lateAfterMs: 15 * 60 * 1000,
  /** An event that arrives later than this after it happened needs a key with the scope `import`. */
  importAfterMs: 7 * 24 * 60 * 60 * 1000,
  /** Event types: audits cover a year, so nothing is kept for less. */
  retentionDaysMin: 365,
  retentionDaysMax: 36_500,
  titleCharsMax: 100,
  categoryCharsMax: 64,
  descriptionCharsMax: 1_000,
  templateCharsMax: 500,
  detailNameCharsMax: 64,
  queryCharsMax: 8_000,
  /** Words and values of qualifiers. */
  queryValuesMax: 250,
  /** Parentheses and negations inside each other. */
  queryDepthMax: 20,
} as const;
