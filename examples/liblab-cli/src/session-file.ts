/** Stores the session of `liblab login` in a file that only its owner can read. */

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
  /** The `cookie` header to send. */
  cookie: z.string().min(1),
});

/** A signed-in session. */
export type Session = z.output<typeof sessionSchema>;

/**
 * The stored session; undefined when there is none.
 * @throws CliError `notAllowed` when other users can read the file or it is damaged; `failed` when it cannot be read
 */
export function readSession({ env }: Pick<Terminal, 'env'>): Session | undefined {
  const { file } = placeOf(env);
  let text: string;
  try {
    // Windows has no file modes.
    if (process.platform !== 'win32' && statSync(file).mode & 0o077) {
      throw new CliError(
        'notAllowed',
        `${file} is readable by other users; its mode must be 0600. Sign in again with liblab login.`,
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
    throw new CliError(
      'notAllowed',
      `${file} is not a valid session. Sign in again with liblab login.`,
      { cause: error },
    );
  }
}

/**
 * Stores the session atomically.
 * @throws CliError `failed`
 */
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

/**
 * Deletes the stored session, if any.
 * @throws CliError `failed`
 */
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
    `Cannot use ${file}: ${(error as Error).message}. Set LIBLAB_HOME to a folder that you can write to.`,
    { cause: error },
  );
}
