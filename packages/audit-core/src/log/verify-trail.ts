/** Verifying a trail: each position by itself, then entries to leaves, and leaves to the roots of signed checkpoints. */

import { bytesEqual } from './bytes.ts';
import { digestDisclosure, type DigestDisclosure } from './disclosure.ts';
import type { Entry } from './entry.ts';
import { emptyFrontier, type Frontier } from './frontier.ts';
import { leafHash, type Sha256 } from './hashing.ts';
import { RootCheck, type KnownRoots, type TrailProblem } from './root-check.ts';
import { verifyPosition, type DisclosureState, type StoredPosition } from './verify-position.ts';

export interface VerifyTrailOptions {
  /** Positions without gaps, in order from `start.size`, in runs of any length; a bundle's 256 do well. */
  readonly positions:
    | AsyncIterable<readonly StoredPosition[]>
    | Iterable<readonly StoredPosition[]>;
  /**
   * In ascending order of size, at least one at or behind the start; read as the positions are. Each further one narrows
   * down where a trail went wrong.
   */
  readonly checkpoints: KnownRoots;
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

export interface TrailVerdict {
  /** Whether there is no problem; then every checkpoint's root was reached. */
  readonly sound: boolean;
  /** The size behind the last position read. */
  readonly size: number;
  /** The tree of the entries up to there. */
  readonly tree: Frontier;
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
 * @throws LogError `out_of_range` without a checkpoint at or behind the start, or when they do not ascend; `malformed` on
 *   a named leaf that is not 32 bytes
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
      problem.kind === 'leaf' && roots.vouchesFor(problem.from)
        ? { ...problem, kind: 'tile' as const }
        : problem,
    ),
    ...(await roots.finish()),
  ].toSorted((left, right) => left.from - right.from);
  const { provenSize, tree } = roots;
  return { sound: found.length === 0, size: seq, tree, provenSize, counts, problems: found };
}
