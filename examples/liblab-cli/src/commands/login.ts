/** `liblab login`: signs in with e-mail and password, and keeps the session. */

import { parseArgs } from 'node:util';
import { namedPortal } from '../access.ts';
import { ask, askSecret, readSecretFromStdin } from '../ask.ts';
import { CliError } from '../errors.ts';
import { openPortal } from '../portal.ts';
import { writeSession } from '../session-file.ts';
import { tell, type Terminal } from '../terminal.ts';

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
  const url = namedPortal(terminal, values.portal);
  const email = values.email || env['LIBLAB_EMAIL'] || (await ask(terminal, 'E-mail: '));
  const password = values['password-stdin']
    ? await readSecretFromStdin(terminal)
    : env['LIBLAB_PASSWORD'] || (await askSecret(terminal, 'Password: '));
  const answer = await openPortal(terminal, { url }).send({
    method: 'POST',
    path: '/api/auth/sign-in/email',
    body: { email, password },
    repeatable: false,
  });
  const cookie = answer.headers
    .getSetCookie()
    .map((each) => each.split(';')[0])
    .join('; ');
  if (!cookie) {
    throw new CliError('failed', `${url} gave no session. Check that it is the Portal's address.`);
  }
  writeSession(terminal, { url, email, cookie });
  tell(terminal, `Signed in at ${url} as ${email}.`);
}
