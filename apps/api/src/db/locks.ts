/** The advisory locks of the service, each any fixed number. */

/** Whoever holds it signs. */
export const signerLock = 0x7369676e;

/** Of two who hold the link for the first owner, one comes first. */
export const setupLock = 0x73657475;
