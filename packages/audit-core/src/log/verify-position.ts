/** Verifying one position by itself: disclosures to digests, digests in the entry, and time that never goes back. */

import { matchDisclosures, type DigestDisclosure } from './disclosure.ts';
import { parseEntry, type Entry } from './entry.ts';
import { LogError } from './log-error.ts';

/** One position as it was stored or exported. */
export interface StoredPosition {
  /** The entry's bytes as they stand. */
  readonly entry: Uint8Array;
  /** Those of its disclosures that are there. */
  readonly disclosures: readonly string[];
  /** The leaf that a tile of level 0, or an acknowledgement, names. With it a changed entry is named exactly. */
  readonly leafHash?: Uint8Array;
}

/** Whether all, some or none of the entry's disclosures are there. Why not is known to whoever erases, not here. */
export type DisclosureState = 'disclosed' | 'partly' | 'withheld';

/**
 * - `entry`: the bytes are not an entry
 * - `disclosure`: a disclosure is not one that the entry commits to, or is there twice
 * - `time`: the entry was logged before the one in front of it
 */
export type PositionProblemKind = 'entry' | 'disclosure' | 'time';

export type VerifiedPosition =
  | { readonly entry: Entry; readonly state: DisclosureState }
  | { readonly problem: PositionProblemKind; readonly entry?: Entry };

/** @param notBefore when the position in front of it was logged; `''` for none */
export function verifyPosition(
  { entry: bytes, disclosures }: StoredPosition,
  notBefore: string,
  digestOf: DigestDisclosure,
): VerifiedPosition {
  const entry = orUndefined(() => parseEntry(bytes));
  if (!entry) return { problem: 'entry' };
  const matched = orUndefined(() => matchDisclosures(disclosures, entry.digests, digestOf));
  if (matched === undefined) return { problem: 'disclosure', entry };
  // Fixed-width UTC times are in order as text.
  if (entry.loggedAt < notBefore) return { problem: 'time', entry };
  if (matched === 0) return { entry, state: 'withheld' };
  return { entry, state: matched === entry.digests.length ? 'disclosed' : 'partly' };
}

function orUndefined<T>(check: () => T): T | undefined {
  try {
    return check();
  } catch (error) {
    if (error instanceof LogError) return undefined;
    throw error;
  }
}
