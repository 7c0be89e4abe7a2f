/** The advisory locks of the service, each any fixed number. */

/** Whoever holds it signs. */
export const signerLock = 0x7369676e;

/** Of two who hold the link for the first owner, one comes first. */
export const setupLock = 0x73657475;

/** Whoever holds it brings the outbox to the trail: one at a time, so that events keep their order. */
export const outboxLock = 0x6f757462;

/** With a domain's hash: of two first users of a company's domain, one comes first. */
export const domainLocks = 0x646f6d61;
