/** `liblab login`: signs in with e-mail and password, and stores the session. */

import { parseArgs } from 'node:util';
import { portalUrl } from '../access.ts';
import { CliError } from '../errors.ts';
import { openPortal } from '../portal.ts';
import { prompt, promptSecret, readSecretFromStdin } from '../prompt.ts';
import { writeSession } from '../session-file.ts';
import { printNotice, type Terminal } from '../terminal.ts';

/**
 * Runs the command.
 * @throws CliError
 */
export async function login(terminal: Terminal, args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      portal: { type: 'string' },
      email: { type: 'string' },
      'password-stdin': { type: 'boolean' },
    },
  });
  const { env } = terminal;
  const url = portalUrl(terminal, values.portal);
  const email = values.email || env['LIBLAB_EMAIL'] || (await prompt(terminal, 'E-mail: '));
  const password = values['password-stdin']
    ? await readSecretFromStdin(terminal)
    : env['LIBLAB_PASSWORD'] || (await promptSecret(terminal, 'Password: '));
  const response = await openPortal(terminal, { url }).send({
    method: 'POST',
    path: '/api/auth/sign-in/email',
    body: { email, password },
    isIdempotent: false,
  });
  const cookie = response.headers
    .getSetCookie()
    .map((each) => each.split(';')[0])
    .join('; ');
  if (!cookie) {
    throw new CliError(
      'failed',
      `${url} did not return a session. Check that it is the Portal's address.`,
    );
  }
  writeSession(terminal, { url, email, cookie });
  printNotice(terminal, `Signed in to ${url} as ${email}.`);
}
