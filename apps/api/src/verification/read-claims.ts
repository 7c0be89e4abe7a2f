/**
 * What an event's disclosures claim, read without the row codec: a mistake in the code that writes and shows events must
 * not hide itself from verification.
 */

import type { Actor, Target } from '@liblab/audit-core';

/** The claims that a column, or the index of targets, repeats. Absent when the disclosure is gone. */
export interface Claims {
  type?: string;
  outcome?: string;
  occurredAt?: string;
  actor?: Actor;
  targets?: Target[];
}

/** Each claim is in one disclosure. Text that is not a disclosure claims nothing: its digest is reported. */
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
