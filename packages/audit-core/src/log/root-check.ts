/** `RootCheck`: compares a growing tree of entries with the roots of checkpoints. */

import { bytesEqual } from './bytes.ts';
import { appendLeaves, frontierRoot, type Frontier } from './frontier.ts';
import type { Sha256 } from './hashing.ts';
import { LogError } from './log-error.ts';
import type { PositionProblemKind } from './verify-position.ts';

/** Size and root of a verified checkpoint. */
export interface KnownRoot {
  readonly size: number;
  readonly root: Uint8Array;
}

/** Known roots in ascending order of size. */
export type KnownRoots = AsyncIterable<KnownRoot> | Iterable<KnownRoot>;

/** What is wrong with a trail, and where. */
export interface TrailProblem {
  /**
   * A problem of one position, or:
   * - `leaf`: the entry does not match its stored leaf hash, which as far as known is the log's
   * - `tile`: the entry is the log's, but its stored leaf hash is not
   * - `root`: the entries do not lead to a checkpoint's root, and the stored leaf hashes do not show where
   * - `missing`: the trail is shorter than a checkpoint's size
   */
  readonly kind: PositionProblemKind | 'leaf' | 'tile' | 'root' | 'missing';
  /** The first position that may be bad. */
  readonly from: number;
  /** The position after the last that may be bad; `from + 1` when the bad one is known exactly. */
  readonly to: number;
}

/** Limits the memory used for a trail that is wrong throughout. */
const rangesMax = 100;

/** Appends entries from checkpoint to checkpoint, and compares the root at each. */
export class RootCheck {
  provenSize = 0;
  tree: Frontier;
  private readonly sha256: Sha256;
  private readonly checkpoints: AsyncGenerator<KnownRoot>;
  /** The first checkpoint not reached yet. */
  private next: KnownRoot | undefined;
  /** The tree of the stored leaf hashes; undefined while they all match their entries. */
  private namedTree: Frontier | undefined;
  /** Size of the last checkpoint up to which every bad position is known; 0 until the start is proven. */
  private knownSize = 0;
  /** Ranges of positions whose entries are the log's although stored leaf hashes are not. */
  private readonly provenEntries: { from: number; to: number }[] = [];
  private failure: TrailProblem | undefined;

  private constructor(start: Frontier, checkpoints: AsyncGenerator<KnownRoot>, sha256: Sha256) {
    this.tree = start;
    this.checkpoints = checkpoints;
    this.sha256 = sha256;
  }

  /** @throws LogError `out_of_range` when no checkpoint is at or after the start, or they are not in order */
  static async open(start: Frontier, checkpoints: KnownRoots, sha256: Sha256): Promise<RootCheck> {
    const check = new RootCheck(start, inOrder(checkpoints, start.size), sha256);
    await check.advance();
    if (!check.next) {
      throw new LogError('out_of_range', 'There is no checkpoint at or after the start.');
    }
    await check.compare();
    return check;
  }

  /** Appends the entries' leaf hashes; `named` are the leaf hashes stored beside them. */
  async add(leaves: readonly Uint8Array[], named: readonly Uint8Array[]): Promise<void> {
    for (let at = 0; at < leaves.length;) {
      const next = this.next?.size ?? Number.POSITIVE_INFINITY;
      const end = Math.min(leaves.length, at + next - this.tree.size);
      this.grow(leaves.slice(at, end), named.slice(at, end));
      await this.compare();
      at = end;
    }
  }

  /** Call after the last position. Returns the problems found, without those of single positions. */
  async finish(): Promise<TrailProblem[]> {
    const { size } = this.tree;
    let last: KnownRoot | undefined;
    for (; this.next; await this.advance()) last = this.next;
    const missing = last ? [{ kind: 'missing' as const, from: size, to: last.size }] : [];
    return this.failure ? [this.failure, ...missing] : missing;
  }

  /** Whether the position's entry led to a checkpoint's root although its stored leaf hash differs. */
  provesEntry(seq: number): boolean {
    return this.provenEntries.some(({ from, to }) => from <= seq && seq < to);
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
        if (this.namedTree && this.provenEntries.length < rangesMax) {
          this.provenEntries.push({ from: this.knownSize, to: size });
        }
        this.namedTree = undefined;
        this.provenSize = size;
        this.knownSize = size;
      } else if (this.namedTree && bytesEqual(frontierRoot(this.namedTree, this.sha256), root)) {
        // The stored leaf hashes are the log's, so each differing entry has been reported by position.
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
