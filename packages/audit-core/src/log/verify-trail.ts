/** Verifying a trail: each position by itself, then entries to leaves, and leaves to the roots of signed checkpoints. */

import { bytesEqual } from './bytes.ts';
import { digestDisclosure, type DigestDisclosure } from './disclosure.ts';
import type { Entry } from './entry.ts';
import { appendLeaves, emptyFrontier, frontierRoot, type Frontier } from './frontier.ts';
import { leafHash, type Sha256 } from './hashing.ts';
import { LogError } from './log-error.ts';
import {
  verifyPosition,
  type DisclosureState,
  type PositionProblemKind,
  type StoredPosition,
} from './verify-position.ts';

/** Size and root of a checkpoint that was opened. */
export interface KnownRoot {
  readonly size: number;
  readonly root: Uint8Array;
}

export interface VerifyTrailOptions {
  /** Positions without gaps, in order from `start.size`, in runs of any length; a bundle's 256 do well. */
  readonly positions:
    | AsyncIterable<readonly StoredPosition[]>
    | Iterable<readonly StoredPosition[]>;
  /** At least one at or behind the start. Each further one narrows down where a trail went wrong. */
  readonly checkpoints: readonly KnownRoot[];
  /** The tree in front of the first position; the roots behind it prove it too. Default: the empty tree. */
  readonly start?: Frontier;
  /** Called for each position that holds by itself, in order, before the roots behind it are known to be reached. */
  readonly onPosition?: (report: PositionReport) => void;
  readonly sha256: Sha256;
  /** Default: `digestDisclosure` by `sha256`. */
  readonly digestOf?: DigestDisclosure;
}

export interface PositionReport {
  readonly seq: number;
  readonly state: DisclosureState;
  readonly entry: Entry;
  readonly leafHash: Uint8Array;
}

export interface TrailProblem {
  /**
   * As for a position, or:
   * - `leaf`: the entry does not hash to the leaf that was named with it
   * - `root`: the entries do not lead to a checkpoint's root, and the named leaves do not show where
   * - `missing`: the trail ends in front of a checkpoint's size
   */
  readonly kind: PositionProblemKind | 'leaf' | 'root' | 'missing';
  /** The bad position, or the first that may be bad. */
  readonly from: number;
  /** The position after the last that may be bad; `from + 1` when the bad one is named exactly. */
  readonly to: number;
}

export interface TrailVerdict {
  /** Whether there is no problem; then every checkpoint's root was reached. */
  readonly sound: boolean;
  /** The size behind the last position read. */
  readonly size: number;
  /** Size of the largest checkpoint that the entries lead to. Nothing vouches for positions from there on. */
  readonly provenSize: number;
  readonly counts: Readonly<Record<DisclosureState, number>>;
  /** The first bad position first. */
  readonly problems: readonly TrailProblem[];
}

/** Bad positions beyond these are not listed, so a trail that is wrong from end to end does not fill the memory. */
export const positionProblemsMax = 100;

/**
 * Verifies a trail of any length in constant memory. A trail that does not hold is an answer, not an error.
 * @throws LogError `out_of_range` without a checkpoint at or behind the start; `malformed` on a named leaf that is not
 *   32 bytes
 */
export async function verifyTrail({
  positions,
  checkpoints,
  start = emptyFrontier,
  onPosition,
  sha256,
  digestOf = (disclosure) => digestDisclosure(disclosure, sha256),
}: VerifyTrailOptions): Promise<TrailVerdict> {
  const roots = new RootCheck(start, checkpoints, sha256);
  const problems: TrailProblem[] = [];
  const counts = { disclosed: 0, partly: 0, withheld: 0 };
  let seq = start.size;
  let loggedAt = '';
  const report = (kind: TrailProblem['kind']) => {
    if (problems.length < positionProblemsMax) problems.push({ kind, from: seq, to: seq + 1 });
  };
  for await (const run of positions) {
    const leaves: Uint8Array[] = [];
    const named: Uint8Array[] = [];
    for (const stored of run) {
      const leaf = leafHash(stored.entry, sha256);
      leaves.push(leaf);
      named.push(stored.leafHash ?? leaf);
      const agrees = stored.leafHash === undefined || bytesEqual(stored.leafHash, leaf);
      const position = verifyPosition(stored, loggedAt, digestOf);
      if (position.entry) loggedAt = position.entry.loggedAt;
      if (!agrees) report('leaf');
      else if ('problem' in position) report(position.problem);
      else {
        counts[position.state] += 1;
        onPosition?.({ seq, state: position.state, entry: position.entry, leafHash: leaf });
      }
      seq += 1;
    }
    roots.add(leaves, named);
  }
  problems.push(...roots.finish());
  problems.sort((left, right) => left.from - right.from);
  const { provenSize } = roots;
  return { sound: problems.length === 0, size: seq, provenSize, counts, problems };
}

/** Grows the tree of the entries from checkpoint to checkpoint and compares the roots. */
class RootCheck {
  provenSize = 0;
  private readonly pending: KnownRoot[];
  private readonly sha256: Sha256;
  private tree: Frontier;
  /** The tree of the leaves as named, kept from the first that is not its entry's. */
  private namedTree: Frontier | undefined;
  /** Size of the last checkpoint up to which every bad position is known; 0 while even the start is not proven. */
  private knownSize = 0;
  private failure: TrailProblem | undefined;

  constructor(start: Frontier, checkpoints: readonly KnownRoot[], sha256: Sha256) {
    this.tree = start;
    this.sha256 = sha256;
    this.pending = checkpoints
      .filter(({ size }) => size >= start.size)
      .toSorted((left, right) => left.size - right.size);
    if (this.pending.length === 0) {
      throw new LogError('out_of_range', 'No checkpoint stands at or behind the start.');
    }
    this.compare();
  }

  add(leaves: readonly Uint8Array[], named: readonly Uint8Array[]): void {
    for (let at = 0; at < leaves.length;) {
      const next = this.pending[0]?.size ?? Number.POSITIVE_INFINITY;
      const end = Math.min(leaves.length, at + next - this.tree.size);
      this.grow(leaves.slice(at, end), named.slice(at, end));
      at = end;
    }
  }

  finish(): TrailProblem[] {
    const { size } = this.tree;
    const last = this.pending.at(-1);
    const missing = last ? [{ kind: 'missing' as const, from: size, to: last.size }] : [];
    return this.failure ? [this.failure, ...missing] : missing;
  }

  private grow(leaves: readonly Uint8Array[], named: readonly Uint8Array[]): void {
    if (this.namedTree || leaves.some((leaf, at) => !bytesEqual(leaf, named[at]!))) {
      this.namedTree = appendLeaves(this.namedTree ?? this.tree, named, this.sha256).after;
    }
    this.tree = appendLeaves(this.tree, leaves, this.sha256).after;
    this.compare();
  }

  private compare(): void {
    while (this.pending[0]?.size === this.tree.size) {
      const { size, root } = this.pending.shift()!;
      if (bytesEqual(frontierRoot(this.tree, this.sha256), root)) {
        this.namedTree = undefined;
        this.provenSize = size;
        this.knownSize = size;
      } else if (this.namedTree && bytesEqual(frontierRoot(this.namedTree, this.sha256), root)) {
        // The leaves as named are the log's, so those that differ have been named as problems one by one.
        this.tree = this.namedTree;
        this.namedTree = undefined;
        this.knownSize = size;
      } else {
        this.failure ??= { kind: 'root', from: this.knownSize, to: size };
      }
    }
  }
}
