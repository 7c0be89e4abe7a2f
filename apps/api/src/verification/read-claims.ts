/**
 * Reads what an event's disclosures claim. Does not use the row codec, because a bug in the code that writes and shows
 * events must not hide from verification.
 */

import type { Actor, Target } from '@liblab/audit-core';

/** The claims that columns and the target index repeat. Absent when the disclosure is missing. */
export interface Claims {
  type?: string;
  outcome?: string;
  occurredAt?: string;
  actor?: Actor;
  targets?: Target[];
}

/** Merges the claims, each of which is in one disclosure. Text that is not a disclosure is skipped; its digest is reported. */
export function readClaims(disclosures: readonly string[]): Claims {
  return Object.assign({}, ...disclosures.map(readValue)) as Claims;
}

function readValue(disclosure: string): unknown {
  try {
    const [, , value] = JSON.parse(Buffer.from(disclosure, 'base64url').toString()) as unknown[];
    return typeof value === 'object' ? value : undefined;
  } catch {
    return undefined;
  }
}
