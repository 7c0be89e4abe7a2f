/** A bounded list of what verification found. */

/**
 * The kinds of findings:
 * - `entry`, `time`: an entry is unreadable, or was logged before the preceding one
 * - `leaf`: an entry differs from the one that was hashed
 * - `root`: the entries do not lead to a signed root
 * - `missing`: entries before a signed size, or between two batches, are missing
 * - `batch`: a batch of entries overlaps another, or is unreadable
 * - `tile`: a stored tile differs from the log's, is missing, or does not belong to the log
 * - `checkpoint`, `key`: a checkpoint is invalid, or a published key is not the trusted one
 * - `head`: the head does not match the entries
 * - `disclosure`: the entry does not commit to a disclosure
 * - `unexplained`: a disclosure or the whole event is missing without an explanation
 * - `event`, `actor`, `target`: columns for search and sorting do not match the disclosures
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
  /** The bad position, or the first that may be bad; undefined when the finding has no position. */
  position: number | undefined;
  message: string;
}

/** Further findings of one kind are counted only. */
const keptPerKind = 20;

export class Findings {
  /** The number of all findings, kept or not. */
  count = 0;
  private readonly byKind = new Map<FindingKind, Finding[]>();

  add(kind: FindingKind, position: number | undefined, message: string): void {
    this.count += 1;
    const kept = this.byKind.get(kind) ?? [];
    this.byKind.set(kind, kept);
    if (kept.length < keptPerKind) kept.push({ kind, position, message });
  }

  /** The kept findings by position; those without a position last. */
  list(): Finding[] {
    const last = Number.POSITIVE_INFINITY;
    return [...this.byKind.values()]
      .flat()
      .toSorted((left, right) => (left.position ?? last) - (right.position ?? last) || 0);
  }
}
