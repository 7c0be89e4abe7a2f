/** What verification found, bounded. */

/**
 * What is wrong, by what it was found in:
 * - `entry`, `time`: an entry is unreadable, or was logged before the one in front of it
 * - `leaf`: an entry is not the one that was hashed
 * - `root`: the entries do not lead to a signed root
 * - `missing`: entries in front of a signed size, or between two batches, are not there
 * - `batch`: a row of entries is one too many, or cannot be read
 * - `tile`: a stored tile is not the log's, or missing, or one too many
 * - `checkpoint`, `key`: a note or a key is not the log's
 * - `head`: the head is not that of the entries
 * - `disclosure`: a disclosure is not one that the entry commits to
 * - `unexplained`: a disclosure, or the whole event, is gone, and nothing says why
 * - `event`, `actor`, `target`: what is searched and sorted by is not what the disclosures say
 */
export type FindingKind =
  | 'entry'
  | 'time'
  | 'leaf'
  | 'root'
  | 'missing'
  | 'batch'
  | 'tile'
  | 'checkpoint'
  | 'key'
  | 'head'
  | 'disclosure'
  | 'unexplained'
  | 'event'
  | 'actor'
  | 'target';

export interface Finding {
  kind: FindingKind;
  /** The bad position, or the first that may be bad; undefined for what is of no position. */
  position: number | undefined;
  message: string;
}

/** Findings of one kind beyond these are counted and not kept. */
const keptPerKind = 20;

export class Findings {
  /** All of them, kept or not. */
  count = 0;
  private readonly byKind = new Map<FindingKind, Finding[]>();

  add(kind: FindingKind, position: number | undefined, message: string): void {
    this.count += 1;
    const kept = this.byKind.get(kind) ?? [];
    this.byKind.set(kind, kept);
    if (kept.length < keptPerKind) kept.push({ kind, position, message });
  }

  /** The first bad position first; what is of no position last. */
  list(): Finding[] {
    const last = Number.POSITIVE_INFINITY;
    return [...this.byKind.values()]
      .flat()
      .toSorted((left, right) => (left.position ?? last) - (right.position ?? last) || 0);
  }
}
