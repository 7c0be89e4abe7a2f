/** `liblab logout`: ends the session, here and at the Portal. */

import { parseArgs } from 'node:util';
import { CliError, exitCodes } from '../errors.ts';
import { openPortal } from '../portal.ts';
import { readSession, removeSession } from '../session-file.ts';
import { tell, type Terminal } from '../terminal.ts';

export async function logout(terminal: Terminal, args: string[]): Promise<void> {
  parseArgs({ args, options: {} });
  const session = readSession(terminal);
  if (!session) return tell(terminal, 'Nobody is signed in.');
  const { url, cookie } = session;
  // The file goes first: whatever the Portal answers, nobody acts with it from here any more.
  removeSession(terminal);
  try {
    await openPortal(terminal, { url, cookie }).send({
      method: 'POST',
      path: '/api/auth/sign-out',
      body: {},
      repeatable: true,
    });
  } catch (error) {
    if (!(error instanceof CliError) || error.exitCode !== exitCodes.unavailable) throw error;
    throw new CliError(
      'unavailable',
      `Signed out here, but the Portal was not told: ${error.message} The session ends there by itself, a week after it began.`,
      { cause: error },
    );
  }
  tell(terminal, `Signed out at ${url}.`);
}
