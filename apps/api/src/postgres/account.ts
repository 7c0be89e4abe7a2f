/** The operating system's account that PostgreSQL runs under. */

import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';

/** The account of a child process; undefined for this process's own. */
export type Account = { uid: number; gid: number } | undefined;

/** Whether this process is root, as which PostgreSQL refuses to run. */
export function isRoot(): boolean {
  return process.getuid?.() === 0;
}

/**
 * An unprivileged account for a new database: `postgres` if it exists, else `nobody`.
 *
 * @throws Error when neither exists
 */
export function unprivilegedAccount(): Account {
  for (const name of ['postgres', 'nobody']) {
    const [uid, gid] = ['-u', '-g'].map((flag) => {
      const { status, stdout } = spawnSync('id', [flag, name], { encoding: 'utf8' });
      return status === 0 ? Number(stdout) : 0;
    });
    if (uid && gid) return { uid, gid };
  }
  throw new Error(
    'PostgreSQL refuses to run as root, and this machine has no user named "postgres" or "nobody". ' +
      'Start as another user, or set DATABASE_URL.',
  );
}

/** The account that owns the database, as which root must start it. */
export function ownerOf(folder: string): Account {
  const { uid, gid } = statSync(folder);
  return uid === 0 ? undefined : { uid, gid };
}

/** Whether the account can enter the folder and write there. Asks the kernel, which knows modes, ACLs and mounts. */
export function canUse(account: Account, folder: string): boolean {
  const script = 'test -x "$1" && test -w "$1"';
  return run(account, '/bin/sh', ['-c', script, 'sh', folder]);
}

/** Whether the account can run the program there and load its libraries. */
export function canRun(account: Account, program: string): boolean {
  return run(account, program, ['--version']);
}

function run(account: Account, command: string, args: string[]): boolean {
  const { status, error } = spawnSync(command, args, { ...account, cwd: '/', stdio: 'ignore' });
  if (error && 'code' in error && error.code === 'EPERM') {
    throw new Error(
      'PostgreSQL refuses to run as root, and this process cannot switch to another user (it lacks CAP_SETUID). ' +
        'Start as another user, or set DATABASE_URL.',
      { cause: error },
    );
  }
  return status === 0;
}
