/** Chooses the embedded database's folder and account: in DATA_DIR, unless the account cannot reach it. */

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
  /** Contains `data`, the socket and the server's log; only the account can enter it. */
  folder: string;
  /** The cluster's data folder. */
  data: string;
  /** The server's own log. */
  logFile: string;
  /** The folder with `bin`, `lib` and `share`. */
  binaries: string;
  account: Account;
}

/** Where root puts what the database's account cannot reach in DATA_DIR or node_modules. */
const refuge = '/var/lib/liblab-audit-trails';

/**
 * Creates the folders. Sets `state.elsewhere` when the database is stored outside DATA_DIR.
 *
 * @throws Error when this process or the account cannot use the existing database or run the binaries
 */
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

/** The folder of an existing database. */
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

/** Everyone may enter the folder; its subfolders have their own permissions. */
function makeRefuge(): void {
  mkdirSync(refuge, { recursive: true });
  chmodSync(refuge, 0o755);
}

/** Lets the account, and nobody else, pass through a DATA_DIR that only root can enter. */
function letThrough(account: Account, dataDir: string): void {
  const { uid, gid, mode } = statSync(dataDir);
  if (!account || uid !== 0 || (gid !== 0 && gid !== account.gid) || mode & 0o011) return;
  chownSync(dataDir, uid, account.gid);
  chmodSync(dataDir, (mode & 0o7700) | 0o010);
}

/** The binaries that npm installed, or a copy when the account cannot enter their folder. */
function reachableBinaries(account: Account): string {
  const { folder, label } = findBinaries();
  if (!account || canRun(account, program(folder, 'postgres'))) return folder;
  const copy = join(refuge, label);
  if (!existsSync(copy)) {
    makeRefuge();
    // Renamed when complete, so that an interrupted copy is never used.
    const draft = `${copy}.${randomUUID()}`;
    cpSync(folder, draft, { recursive: true, verbatimSymlinks: true });
    openForReading(draft);
    try {
      renameSync(draft, copy);
    } catch (error) {
      // Another process made the copy first.
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

/** Makes the copy readable for everyone, whatever the umask was. */
function openForReading(folder: string): void {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isDirectory()) chmodSync(path, 0o755);
    else if (entry.isFile()) chmodSync(path, statSync(path).mode & 0o111 ? 0o755 : 0o644);
  }
}
