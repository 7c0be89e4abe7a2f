/** `liblab logout`: ends the session locally and in the Portal. */

import { parseArgs } from 'node:util';
import { CliError, exitCodes } from '../errors.ts';
import { openPortal } from '../portal.ts';
import { readSession, removeSession } from '../session-file.ts';
import { printNotice, type Terminal } from '../terminal.ts';

/**
 * Runs the command.
 * @throws CliError; `unavailable` when only the local session was deleted
 */
export async function logout(terminal: Terminal, args: string[]): Promise<void> {
  parseArgs({ args, options: {} });
  const session = readSession(terminal);
  if (!session) return printNotice(terminal, 'You are not signed in.');
  const { url, cookie } = session;
  // Deleted first, so the session cannot be used here even if the Portal is unreachable.
  removeSession(terminal);
  try {
    await openPortal(terminal, { url, cookie }).send({
      method: 'POST',
      path: '/api/auth/sign-out',
      body: {},
      isIdempotent: true,
    });
  } catch (error) {
    if (!(error instanceof CliError) || error.exitCode !== exitCodes.unavailable) throw error;
    throw new CliError(
      'unavailable',
      `Signed out on this machine only: ${error.message} The Portal's session expires a week after sign-in.`,
      { cause: error },
    );
  }
  printNotice(terminal, `Signed out of ${url}.`);
}
