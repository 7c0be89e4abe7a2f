/** The keys of the service's advisory locks; the numbers are arbitrary but fixed. */

/** Held by the process that signs. */
export const signerLock = 0x7369676e;

/** Serializes the creation of the first owner, whose link may be opened twice. */
export const setupLock = 0x73657475;

/** Held by the process that relays the outbox: one at a time, so that events keep their order. */
export const outboxLock = 0x6f757462;

/** Combined with a domain's hash; serializes the first users of a domain, so that only one creates its organisation. */
export const domainLocks = 0x646f6d61;
