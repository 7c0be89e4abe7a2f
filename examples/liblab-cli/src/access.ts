/** The Portal's address and the credentials that a command uses. */

import { CliError } from './errors.ts';
import { portalAddress } from './portal-address.ts';
import { readSession } from './session-file.ts';
import type { Terminal } from './terminal.ts';

/** Options that commands in an organisation share. */
export const accessOptions = {
  portal: { type: 'string' },
  organization: { type: 'string' },
  json: { type: 'boolean' },
} as const;

/** An address, with a token or a session cookie; with neither while signing in. */
export interface Access {
  url: string;
  token?: string;
  cookie?: string;
}

/**
 * Uses LIBLAB_TOKEN when it is set, otherwise the stored session.
 * @throws CliError `usage`, `notAllowed`
 */
export function tokenOrSession(terminal: Terminal, portal: string | undefined): Access {
  const token = terminal.env['LIBLAB_TOKEN'];
  if (!token) return storedSession(terminal, portal);
  if (!/^[\x21-\x7e]+$/.test(token)) {
    throw new CliError('usage', 'LIBLAB_TOKEN must not contain spaces or line breaks.');
  }
  return { url: portalUrl(terminal, portal), token };
}

/**
 * Uses the stored session, for actions that tokens are not allowed to do.
 * @throws CliError `usage`, `notAllowed`
 */
export function storedSession(terminal: Terminal, portal: string | undefined): Access {
  const session = readSession(terminal);
  if (!session) {
    throw new CliError(
      'notAllowed',
      'You are not signed in. Run liblab login, or set LIBLAB_TOKEN.',
    );
  }
  const { url, cookie } = session;
  const requested = portal || terminal.env['LIBLAB_URL'];
  // A session is only sent to the host that issued it.
  if (requested && portalAddress(requested) !== url) {
    throw new CliError(
      'notAllowed',
      `You are signed in at ${url}, not at ${requested}. Run liblab login --portal ${requested}.`,
    );
  }
  return { url, cookie };
}

/**
 * The Portal's address: the option, else LIBLAB_URL, else that of the stored session.
 * @throws CliError `usage`, `notAllowed`
 */
export function portalUrl(terminal: Terminal, portal: string | undefined): string {
  const address = portal || terminal.env['LIBLAB_URL'] || readSession(terminal)?.url;
  if (address) return portalAddress(address);
  throw new CliError(
    'usage',
    "The Portal's address is missing. Pass --portal <address>, or set LIBLAB_URL.",
  );
}
