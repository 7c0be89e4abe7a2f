/**
 * What the signer remembers outside the database: the tree it last signed of each trail. A database that was rewritten
 * or restored to the past no longer fits it.
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
  /** When a person last adopted the trail, milliseconds since 1970: what was signed until then need not fit. */
  adoptedAtMs?: number;
}

export interface SignerState {
  get(organizationId: string): SignedTree | undefined;
  /** The trails that were signed. */
  organizationIds(): string[];
  /** True when the file was not there: a first start, or lost. */
  readonly isNew: boolean;
  /**
   * Remembers and syncs to disk; only then may these trees be signed. When it throws, as on a full disk, the file may
   * end in a torn line: close the state and open it again.
   */
  save(trees: ReadonlyMap<string, SignedTree>): void;
  close(): void;
}

/** Lines added to the file before it is written anew with one line a trail; at least as many as there are trails. */
const addedLinesMax = 10_000;

/** Opens the file, one line per saved tree, the last line of a trail holding; compacts it on the way. */
export function openSignerState(file: string): SignerState {
  const isNew = !existsSync(file);
  const trees = isNew ? new Map<string, SignedTree>() : readSignerState(file);
  let fd: number | undefined;
  let addedLines = 0;
  // A file that is missing stays missing until something is signed: a start that is refused is refused again.
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
      // Writes on until the last byte is there or it fails: a disk that is nearly full takes a part without an error.
      appendFileSync(fd, linesOf(changed), { flush: true });
      addedLines += changed.size;
      for (const [organizationId, tree] of changed) trees.set(organizationId, tree);
    },
    close,
  };
}

/** What the file says; changes nothing. */
export function readSignerState(file: string): Map<string, SignedTree> {
  const trees = new Map<string, SignedTree>();
  // A crash while writing leaves a last line without its end: it was never synced, so nothing was signed on it.
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
 * Makes these trees all that is remembered. The file is whole before it takes the old one's place: a crash or a full
 * disk leaves the old one.
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

/** A signer that lost its lock without knowing must not remember on behalf of the one that has it now. */
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
