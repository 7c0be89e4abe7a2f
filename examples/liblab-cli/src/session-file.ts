/** The session that `liblab login` keeps, in a file for its owner alone. */

import {
  chmodSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { CliError } from './errors.ts';
import type { Terminal } from './terminal.ts';

const sessionSchema = z.object({
  url: z.url(),
  email: z.string(),
  /** As a browser would send it. */
  cookie: z.string().min(1),
});

export type Session = z.output<typeof sessionSchema>;

/** Undefined when nobody signed in. Throws when others could have read it, or it is not what was written. */
export function readSession({ env }: Pick<Terminal, 'env'>): Session | undefined {
  const { file } = placeOf(env);
  let text: string;
  try {
    // Windows has no such modes.
    if (process.platform !== 'win32' && statSync(file).mode & 0o077) {
      throw new CliError(
        'notAllowed',
        `${file} can be read by others; its mode must be 0600. Sign in anew: liblab login.`,
      );
    }
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error instanceof CliError ? error : unusable(file, error);
  }
  try {
    return sessionSchema.parse(JSON.parse(text));
  } catch (error) {
    throw new CliError('notAllowed', `${file} holds no session. Sign in anew: liblab login.`, {
      cause: error,
    });
  }
}

/** Whole or not at all. */
export function writeSession({ env }: Pick<Terminal, 'env'>, session: Session): void {
  const { folder, file } = placeOf(env);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const draft = `${file}.${process.pid}`;
    writeFileSync(draft, `${JSON.stringify(session)}\n`, { mode: 0o600 });
    chmodSync(draft, 0o600);
    renameSync(draft, file);
  } catch (error) {
    throw unusable(file, error);
  }
}

export function removeSession({ env }: Pick<Terminal, 'env'>): void {
  const { file } = placeOf(env);
  try {
    rmSync(file, { force: true });
  } catch (error) {
    throw unusable(file, error);
  }
}

function placeOf(env: Terminal['env']): { folder: string; file: string } {
  const folder =
    env['LIBLAB_HOME'] || join(env['XDG_CONFIG_HOME'] || join(homedir(), '.config'), 'liblab');
  return { folder, file: join(folder, 'session.json') };
}

function unusable(file: string, error: unknown): CliError {
  return new CliError(
    'failed',
    `${file} cannot be used: ${(error as Error).message}. Set LIBLAB_HOME to a folder of your own.`,
    { cause: error },
  );
}
