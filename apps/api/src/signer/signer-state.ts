/**
 * What the signer remembers outside the database: the tree it last signed of each trail. A database that was rewritten
 * or restored to the past no longer fits it.
 */

import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';

export interface SignedTree {
  size: number;
  /** The compact range of the tree, as log_heads.frontier. */
  frontier: Uint8Array;
}

export interface SignerState {
  get(organizationId: string): SignedTree | undefined;
  /** True when the file was not there: a first start, or lost. */
  readonly isNew: boolean;
  /** Remembers and syncs to disk; only then may these trees be signed. */
  save(trees: ReadonlyMap<string, SignedTree>): void;
  close(): void;
}

/** Opens the file, one line per saved tree, the last line of a trail holding; compacts it on the way. */
export function openSignerState(file: string): SignerState {
  const isNew = !existsSync(file);
  const trees = isNew ? new Map<string, SignedTree>() : read(file);
  // A file that is missing stays missing until something is signed: a start that is refused is refused again.
  let fd = isNew ? undefined : reopen();

  function reopen(): number {
    rewrite(file, trees);
    return openSync(file, 'a', 0o600);
  }

  return {
    isNew,
    get: (organizationId) => trees.get(organizationId),
    save(changed) {
      if (changed.size === 0) return;
      fd ??= reopen();
      writeAll(fd, changed);
      fsyncSync(fd);
      for (const [organizationId, tree] of changed) trees.set(organizationId, tree);
    },
    close: () => {
      if (fd !== undefined) closeSync(fd);
    },
  };
}

function read(file: string): Map<string, SignedTree> {
  const trees = new Map<string, SignedTree>();
  // A crash while writing leaves a last line without its end: it was never synced, so nothing was signed on it.
  const whole = readFileSync(file, 'utf8').split('\n').slice(0, -1);
  for (const line of whole) {
    const [organizationId, size, frontier] = line.split(' ');
    if (!organizationId || !size || frontier === undefined) {
      throw new Error(`${file} is damaged; restore it from a back-up or run: npm run signer:adopt`);
    }
    trees.set(organizationId, { size: Number(size), frontier: Buffer.from(frontier, 'base64') });
  }
  return trees;
}

function rewrite(file: string, trees: ReadonlyMap<string, SignedTree>): void {
  const fresh = `${file}.new`;
  const fd = openSync(fresh, 'w', 0o600);
  writeAll(fd, trees);
  fsyncSync(fd);
  closeSync(fd);
  renameSync(fresh, file);
  const folder = openSync(dirname(file), 'r');
  fsyncSync(folder);
  closeSync(folder);
}

function writeAll(fd: number, trees: ReadonlyMap<string, SignedTree>): void {
  let text = '';
  for (const [organizationId, { size, frontier }] of trees) {
    text += `${organizationId} ${size} ${Buffer.from(frontier).toString('base64')}\n`;
  }
  if (text) writeSync(fd, text);
}
