/** `verifyTrail`: verifies each position, and the tree of all entries against the roots of signed checkpoints. */

import { bytesEqual } from './bytes.ts';
import { digestDisclosure, type DigestDisclosure } from './disclosure.ts';
import type { Entry } from './entry.ts';
import { emptyFrontier, type Frontier } from './frontier.ts';
import { leafHash, type Sha256 } from './hashing.ts';
import { RootCheck, type KnownRoots, type TrailProblem } from './root-check.ts';
import { verifyPosition, type DisclosureState, type StoredPosition } from './verify-position.ts';

/** What to verify, and how. */
export interface VerifyTrailOptions {
  /** Positions without gaps, in order from `start.size`, in runs of any length; 256, as in a bundle, is a good length. */
  readonly positions:
    | AsyncIterable<readonly StoredPosition[]>
    | Iterable<readonly StoredPosition[]>;
  /**
   * In ascending order of size, at least one at or after the start. Read in step with the positions. Each further
   * checkpoint narrows down where a trail is wrong.
   */
  readonly checkpoints: KnownRoots;
  /** The tree before the first position; later roots prove it too. Default: the empty tree. */
  readonly start?: Frontier;
  /** Called in order for each position without a problem of its own, before later roots are checked. */
  readonly onPosition?: (report: PositionReport) => void;
  readonly sha256: Sha256;
  /** Default: `digestDisclosure` by `sha256`. */
  readonly digestOf?: DigestDisclosure;
}

/** A position that verified by itself. */
export interface PositionReport {
  readonly seq: number;
  readonly state: DisclosureState;
  readonly entry: Entry;
  readonly leafHash: Uint8Array;
}

/** The result of verifying a trail. */
export interface TrailVerdict {
  /** True when there are no problems and every checkpoint's root was reached. */
  readonly sound: boolean;
  /** The size after the last position read. */
  readonly size: number;
  /** The tree of the entries up to that size. */
  readonly tree: Frontier;
  /** Size of the largest checkpoint that the entries lead to. Later positions are not proven. */
  readonly provenSize: number;
  readonly counts: Readonly<Record<DisclosureState, number>>;
  /** Ordered by position. */
  readonly problems: readonly TrailProblem[];
}

/** Limits the problems listed, and so the memory used, for a trail that is wrong throughout. */
export const positionProblemsMax = 100;

/**
 * Verifies a trail of any length in constant memory. Problems of the trail are returned, not thrown.
 * @throws LogError `out_of_range` without a checkpoint at or after the start, or when checkpoints are not in order;
 *   `malformed` on a stored leaf hash that is not 32 bytes
 */
export async function verifyTrail({
  positions,
  checkpoints,
  start = emptyFrontier,
  onPosition,
  sha256,
  digestOf = (disclosure) => digestDisclosure(disclosure, sha256),
}: VerifyTrailOptions): Promise<TrailVerdict> {
  const roots = await RootCheck.open(start, checkpoints, sha256);
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
    await roots.add(leaves, named);
  }
  const found = [
    ...problems.map((problem) =>
      problem.kind === 'leaf' && roots.provesEntry(problem.from)
        ? { ...problem, kind: 'tile' as const }
        : problem,
    ),
    ...(await roots.finish()),
  ].toSorted((left, right) => left.from - right.from);
  const { provenSize, tree } = roots;
  return { sound: found.length === 0, size: seq, tree, provenSize, counts, problems: found };
}
