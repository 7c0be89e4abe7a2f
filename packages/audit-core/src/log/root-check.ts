/** Holds a growing tree of entries against the roots of checkpoints. */

import { bytesEqual } from './bytes.ts';
import { appendLeaves, frontierRoot, type Frontier } from './frontier.ts';
import type { Sha256 } from './hashing.ts';
import { LogError } from './log-error.ts';
import type { PositionProblemKind } from './verify-position.ts';

/** Size and root of a checkpoint that was opened. */
export interface KnownRoot {
  readonly size: number;
  readonly root: Uint8Array;
}

/** In ascending order of size. */
export type KnownRoots = AsyncIterable<KnownRoot> | Iterable<KnownRoot>;

export interface TrailProblem {
  /**
   * As for a position, or:
   * - `leaf`: the entry does not hash to the leaf that was named with it, which is the log's as far as can be told
   * - `tile`: the entry is the log's; the leaf that was named with it is not
   * - `root`: the entries do not lead to a checkpoint's root, and the named leaves do not show where
   * - `missing`: the trail ends in front of a checkpoint's size
   */
  readonly kind: PositionProblemKind | 'leaf' | 'tile' | 'root' | 'missing';
  /** The bad position, or the first that may be bad. */
  readonly from: number;
  /** The position after the last that may be bad; `from + 1` when the bad one is named exactly. */
  readonly to: number;
}

/** Of a trail that is wrong from end to end, no more is remembered. */
const rangesMax = 100;

/** Grows the tree of the entries from checkpoint to checkpoint and compares the roots. */
export class RootCheck {
  provenSize = 0;
  tree: Frontier;
  private readonly sha256: Sha256;
  private readonly checkpoints: AsyncGenerator<KnownRoot>;
  /** The first checkpoint that is not reached yet. */
  private next: KnownRoot | undefined;
  /** The tree of the leaves as named, kept from the first that is not its entry's. */
  private namedTree: Frontier | undefined;
  /** Size of the last checkpoint up to which every bad position is known; 0 while even the start is not proven. */
  private knownSize = 0;
  /** Runs of positions in which it is the named leaves that are not the log's. */
  private readonly entriesHold: { from: number; to: number }[] = [];
  private failure: TrailProblem | undefined;

  private constructor(start: Frontier, checkpoints: AsyncGenerator<KnownRoot>, sha256: Sha256) {
    this.tree = start;
    this.checkpoints = checkpoints;
    this.sha256 = sha256;
  }

  static async open(start: Frontier, checkpoints: KnownRoots, sha256: Sha256): Promise<RootCheck> {
    const check = new RootCheck(start, inOrder(checkpoints, start.size), sha256);
    await check.advance();
    if (!check.next) {
      throw new LogError('out_of_range', 'No checkpoint stands at or behind the start.');
    }
    await check.compare();
    return check;
  }

  async add(leaves: readonly Uint8Array[], named: readonly Uint8Array[]): Promise<void> {
    for (let at = 0; at < leaves.length;) {
      const next = this.next?.size ?? Number.POSITIVE_INFINITY;
      const end = Math.min(leaves.length, at + next - this.tree.size);
      this.grow(leaves.slice(at, end), named.slice(at, end));
      await this.compare();
      at = end;
    }
  }

  async finish(): Promise<TrailProblem[]> {
    const { size } = this.tree;
    let last: KnownRoot | undefined;
    for (; this.next; await this.advance()) last = this.next;
    const missing = last ? [{ kind: 'missing' as const, from: size, to: last.size }] : [];
    return this.failure ? [this.failure, ...missing] : missing;
  }

  /** Whether a checkpoint's root was reached by this position's entry though another leaf was named with it. */
  vouchesFor(seq: number): boolean {
    return this.entriesHold.some(({ from, to }) => from <= seq && seq < to);
  }

  private grow(leaves: readonly Uint8Array[], named: readonly Uint8Array[]): void {
    if (this.namedTree || leaves.some((leaf, at) => !bytesEqual(leaf, named[at]!))) {
      this.namedTree = appendLeaves(this.namedTree ?? this.tree, named, this.sha256).after;
    }
    this.tree = appendLeaves(this.tree, leaves, this.sha256).after;
  }

  private async compare(): Promise<void> {
    for (; this.next?.size === this.tree.size; await this.advance()) {
      const { size, root } = this.next;
      if (bytesEqual(frontierRoot(this.tree, this.sha256), root)) {
        if (this.namedTree && this.entriesHold.length < rangesMax) {
          this.entriesHold.push({ from: this.knownSize, to: size });
        }
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

  private async advance(): Promise<void> {
    const next = await this.checkpoints.next();
    this.next = next.done ? undefined : next.value;
  }
}

async function* inOrder(
  checkpoints: KnownRoots,
  startSize: number,
): AsyncGenerator<KnownRoot, undefined> {
  let lastSize = 0;
  for await (const checkpoint of checkpoints) {
    if (checkpoint.size < lastSize) {
      throw new LogError('out_of_range', 'The checkpoints are not in ascending order of size.');
    }
    lastSize = checkpoint.size;
    if (checkpoint.size >= startSize) yield checkpoint;
  }
  return undefined;
}
