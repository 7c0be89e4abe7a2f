/**
 * The signer's state outside the database: the last signed tree of each trail. It exposes a database that was rewritten
 * or restored from an old backup.
 */

import {
  appendFileSync,
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { decodeFrontier } from '@liblab/audit-core/log';

export interface SignedTree {
  size: number;
  /** The compact range of the tree, as log_heads.frontier. */
  frontier: Uint8Array;
  /** When an operator last adopted the trail, in milliseconds since 1970. Earlier checkpoints are ignored. */
  adoptedAtMs?: number;
}

export interface SignerState {
  get(organizationId: string): SignedTree | undefined;
  /** The trails that were signed. */
  organizationIds(): string[];
  /** True when the file did not exist: this is the first start, or the file was lost. */
  readonly isNew: boolean;
  /**
   * Appends the trees and syncs to disk; only then may they be signed. When it throws, for example on a full disk, the
   * file may end with an incomplete line: close the state and open it again.
   */
  save(trees: ReadonlyMap<string, SignedTree>): void;
  close(): void;
}

/** The file is compacted to one line per trail after this many added lines, or as many as there are trails if more. */
const addedLinesMax = 10_000;

/**
 * Opens the file and compacts it. Each line is a saved tree; the last line of a trail counts.
 *
 * @throws Error when the file is damaged
 */
export function openSignerState(file: string): SignerState {
  const isNew = !existsSync(file);
  const trees = isNew ? new Map<string, SignedTree>() : readSignerState(file);
  let fd: number | undefined;
  let addedLines = 0;
  // A missing file is created at the first save only, so that a refused start is refused again.
  if (!isNew) fd = compact();

  function compact(): number {
    writeSignerState(file, trees);
    close();
    addedLines = 0;
    return openSync(file, 'a', 0o600);
  }

  function close(): void {
    if (fd !== undefined) closeSync(fd);
    fd = undefined;
  }

  return {
    isNew,
    get: (organizationId) => trees.get(organizationId),
    organizationIds: () => [...trees.keys()],
    save(changed) {
      if (changed.size === 0) return;
      if (fd !== undefined) requireSameFile(file, fd);
      if (fd === undefined || addedLines > Math.max(addedLinesMax, trees.size)) fd = compact();
      // appendFileSync writes until all bytes are written; a single write to a nearly full disk may write only some.
      appendFileSync(fd, linesOf(changed), { flush: true });
      addedLines += changed.size;
      for (const [organizationId, tree] of changed) trees.set(organizationId, tree);
    },
    close,
  };
}

/**
 * Reads the file without changing it.
 *
 * @throws Error when the file is missing or damaged
 */
export function readSignerState(file: string): Map<string, SignedTree> {
  const trees = new Map<string, SignedTree>();
  // A crash may leave an incomplete last line. It was never synced, so its tree was never signed.
  const whole = readFileSync(file, 'utf8').split('\n').slice(0, -1);
  for (const line of whole) {
    const [organizationId = '', size, frontier = '', adoptedAt] = line.split(' ');
    const tree: SignedTree = { size: Number(size), frontier: Buffer.from(frontier, 'base64') };
    if (adoptedAt !== undefined) tree.adoptedAtMs = Number(adoptedAt);
    try {
      decodeFrontier(tree.size, tree.frontier);
    } catch (error) {
      throw new Error(
        `${file} is damaged. Restore it from a backup, or run: npm run signer:adopt`,
        { cause: error },
      );
    }
    trees.set(organizationId, tree);
  }
  return trees;
}

/**
 * Replaces the whole state. The new file is complete before it replaces the old one, so a crash or a full disk leaves
 * the old one.
 */
export function writeSignerState(file: string, trees: ReadonlyMap<string, SignedTree>): void {
  const fresh = `${file}.new`;
  writeFileSync(fresh, linesOf(trees), { mode: 0o600, flush: true });
  renameSync(fresh, file);
  const folder = openSync(dirname(file), 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

/** A signer that lost its lock unnoticed must not write to the state of the signer that now holds it. */
function requireSameFile(file: string, fd: number): void {
  if (fstatSync(fd).ino === statSync(file).ino) return;
  throw new Error(`Another signer opened ${file} and has taken over signing.`);
}

function linesOf(trees: ReadonlyMap<string, SignedTree>): string {
  let text = '';
  for (const [organizationId, { size, frontier, adoptedAtMs }] of trees) {
    const adopted = adoptedAtMs === undefined ? '' : ` ${adoptedAtMs}`;
    text += `${organizationId} ${size} ${Buffer.from(frontier).toString('base64')}${adopted}\n`;
  }
  return text;
}
