/** Decides where the embedded database lives and as whom it runs: in DATA_DIR, unless its account cannot get there. */

import { randomUUID } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { join } from 'node:path';
import { canRun, canUse, isRoot, ownerOf, unprivilegedAccount, type Account } from './account.ts';
import { findBinaries, program } from './binaries.ts';
import type { State } from './state-file.ts';

export interface Place {
  /** Holds `data`, the socket and the server's log; only the account enters it. */
  folder: string;
  /** The cluster itself. */
  data: string;
  /** The server's own log. */
  logFile: string;
  /** The folder with `bin`, `lib` and `share`. */
  binaries: string;
  account: Account;
}

/** Where root puts what the database's account could not reach otherwise. */
const refuge = '/var/lib/liblab-audit-trails';

/** Makes the folders; records in `state` when the database lives outside DATA_DIR. */
export function findPlace(dataDir: string, state: State): Place {
  const { folder, account } = findFolder(dataDir, state);
  return {
    folder,
    data: join(folder, 'data'),
    logFile: join(folder, 'server.log'),
    binaries: reachableBinaries(account),
    account,
  };
}

/** Where the database was put when it was made. */
export function folderOf(dataDir: string, state: State): string {
  return state.elsewhere ?? join(dataDir, 'postgres');
}

function findFolder(dataDir: string, state: State): { folder: string; account: Account } {
  const inside = join(dataDir, 'postgres');
  const recorded = folderOf(dataDir, state);
  if (!isRoot()) {
    mkdirSync(inside, { recursive: true, mode: 0o700 });
    if (state.elsewhere) {
      throw new Error(
        `The database of ${dataDir} was created by root and is stored in ${state.elsewhere}. ` +
          'Start as root again, or set DATA_DIR to an empty folder.',
      );
    }
    return { folder: inside, account: undefined };
  }
  const existing = existsSync(join(recorded, 'data')) ? ownerOf(recorded) : undefined;
  const account = existing ?? unprivilegedAccount();
  if (!state.elsewhere) {
    makeFor(account, inside);
    letThrough(account, dataDir);
    if (canUse(account, inside)) return { folder: inside, account };
    if (existing) {
      throw new Error(
        `The account that owns ${inside} can no longer reach it. Give it access to the parent folders, or start as that account.`,
      );
    }
    rmSync(inside, { recursive: true });
    state.elsewhere = join(refuge, randomUUID());
  }
  makeFor(account, state.elsewhere);
  return { folder: state.elsewhere, account };
}

function makeFor(account: Account, folder: string): void {
  if (folder.startsWith(refuge)) makeRefuge();
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (account) chownSync(folder, account.uid, account.gid);
}

/** Everyone may pass through; what lies in it is closed on its own. */
function makeRefuge(): void {
  mkdirSync(refuge, { recursive: true });
  chmodSync(refuge, 0o755);
}

/** Root's own DATA_DIR, closed to all others, is opened for passing through to the one account that must. */
function letThrough(account: Account, dataDir: string): void {
  const { uid, gid, mode } = statSync(dataDir);
  if (!account || uid !== 0 || (gid !== 0 && gid !== account.gid) || mode & 0o011) return;
  chownSync(dataDir, uid, account.gid);
  chmodSync(dataDir, (mode & 0o7700) | 0o010);
}

/** The programs as npm installed them, or a copy when they lie under a folder that the account cannot enter. */
function reachableBinaries(account: Account): string {
  const { folder, label } = findBinaries();
  if (!account || canRun(account, program(folder, 'postgres'))) return folder;
  const copy = join(refuge, label);
  if (!existsSync(copy)) {
    makeRefuge();
    // A copy that is cut short must not be taken for a whole one.
    const draft = `${copy}.${randomUUID()}`;
    cpSync(folder, draft, { recursive: true, verbatimSymlinks: true });
    openForReading(draft);
    try {
      renameSync(draft, copy);
    } catch (error) {
      // Another start was faster.
      rmSync(draft, { recursive: true });
      if (!existsSync(copy)) throw error;
    }
  }
  if (!canRun(account, program(copy, 'postgres'))) {
    throw new Error(
      `The PostgreSQL binaries in ${copy} do not run on this machine (they need glibc). Set DATABASE_URL instead.`,
    );
  }
  return copy;
}

/** Undoes a narrow umask, under which the copy or its source was made. */
function openForReading(folder: string): void {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isDirectory()) chmodSync(path, 0o755);
    else if (entry.isFile()) chmodSync(path, statSync(path).mode & 0o111 ? 0o755 : 0o644);
  }
}
