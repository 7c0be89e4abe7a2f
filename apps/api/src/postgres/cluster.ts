/** Creates the cluster's files with initdb. */

import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import {
  chownSync,
  existsSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { program } from './binaries.ts';
import type { Place } from './place.ts';

/** The cluster's owner. The service connects as roles with fewer rights. */
export const owner = 'audit_owner';

const majorVersion = '18';

/**
 * Runs initdb unless the cluster exists. The locale C.UTF-8 is built into PostgreSQL, so sort order and letter case are
 * the same on every machine.
 *
 * @throws Error when the cluster has another major version or initdb fails
 */
export async function ensureCluster(place: Place, password: string): Promise<void> {
  const versionFile = join(place.data, 'PG_VERSION');
  if (existsSync(versionFile)) {
    const found = readFileSync(versionFile, 'utf8').trim();
    if (found === majorVersion) return;
    throw new Error(
      `${place.data} was created by PostgreSQL ${found}, but this release runs ${majorVersion}. ` +
        'Dump it with its own version and restore the dump, or set DATA_DIR to an empty folder.',
    );
  }
  for (const name of readdirSync(place.folder)) {
    if (name.startsWith('making-')) rmSync(join(place.folder, name), { recursive: true });
  }
  // Created under another name and renamed, so that a crash leaves nothing that looks like a cluster.
  const draft = join(place.folder, `making-${randomUUID()}`);
  const passwordFile = `${draft}.password`;
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (place.account) chownSync(passwordFile, place.account.uid, place.account.gid);
  try {
    await initdb(place, draft, passwordFile);
    renameSync(draft, place.data);
  } finally {
    rmSync(passwordFile, { force: true });
    rmSync(draft, { recursive: true, force: true });
  }
}

async function initdb(place: Place, data: string, passwordFile: string): Promise<void> {
  const args = [
    `--pgdata=${data}`,
    `--username=${owner}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--text-search-config=simple',
    '--no-instructions',
  ];
  const child = spawn(program(place.binaries, 'initdb'), args, {
    ...place.account,
    cwd: place.folder,
    env: serverEnvironment(),
    stdio: ['ignore', 'pipe', 'pipe'],
    windowsHide: true,
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject).once('close', resolve);
  });
  if (code !== 0) {
    throw new Error(
      `The database could not be created in ${place.folder}. Output of initdb:\n${lastLines(output)}`,
    );
  }
}

/** An environment without this process's PG* variables, secrets and locale. */
export function serverEnvironment(): NodeJS.ProcessEnv {
  const { PATH, SystemRoot } = process.env;
  return { PATH, ...(SystemRoot ? { SystemRoot } : {}), LC_ALL: 'C', TZ: 'UTC' };
}

/** The last 12 lines of a log. */
export function lastLines(text: string): string {
  return text.trim().split('\n').slice(-12).join('\n');
}
