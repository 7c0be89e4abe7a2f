/** Verifies one position: its entry, its disclosures, and that its time is not before the previous one. */

import { matchDisclosures, type DigestDisclosure } from './disclosure.ts';
import { parseEntry, type Entry } from './entry.ts';
import { LogError } from './log-error.ts';

/** One position as stored or exported. */
export interface StoredPosition {
  /** The entry's exact bytes. */
  readonly entry: Uint8Array;
  /** The disclosures that still exist. */
  readonly disclosures: readonly string[];
  /** The leaf hash stored in a tile of level 0 or an acknowledgement. With it, a changed entry is located exactly. */
  readonly leafHash?: Uint8Array;
}

/** Whether all, some or none of the entry's disclosures exist. The log does not record why one is missing. */
export type DisclosureState = 'disclosed' | 'partly' | 'withheld';

/**
 * What is wrong with a position:
 * - `entry`: the bytes are not an entry
 * - `disclosure`: a disclosure does not match the entry, or appears twice
 * - `time`: the entry's time is before the previous entry's
 */
export type PositionProblemKind = 'entry' | 'disclosure' | 'time';

/** The result of verifying a position. */
export type VerifiedPosition =
  | { readonly entry: Entry; readonly state: DisclosureState }
  | { readonly problem: PositionProblemKind; readonly entry?: Entry };

/**
 * Verifies a position; reports problems as a result.
 * @param notBefore when the previous position was logged; `''` for none
 */
export function verifyPosition(
  { entry: bytes, disclosures }: StoredPosition,
  notBefore: string,
  digestOf: DigestDisclosure,
): VerifiedPosition {
  const entry = orUndefined(() => parseEntry(bytes));
  if (!entry) return { problem: 'entry' };
  const matched = orUndefined(() => matchDisclosures(disclosures, entry.digests, digestOf));
  if (matched === undefined) return { problem: 'disclosure', entry };
  // Fixed-width UTC times sort as text.
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
