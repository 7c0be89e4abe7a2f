/** Where the Portal is, and as whom a command acts there. */

import { CliError } from './errors.ts';
import { portalAddress } from './portal-address.ts';
import { readSession } from './session-file.ts';
import type { Terminal } from './terminal.ts';

/** Options of every command that acts in an organisation. */
export const accessOptions = {
  portal: { type: 'string' },
  organization: { type: 'string' },
  json: { type: 'boolean' },
} as const;

export interface Access {
  url: string;
  /** One of the two, or neither while nobody has signed in. */
  token?: string;
  cookie?: string;
}

/** With LIBLAB_TOKEN where it is set, else with the stored session. */
export function tokenOrSession(terminal: Terminal, portal: string | undefined): Access {
  const token = terminal.env['LIBLAB_TOKEN'];
  if (!token) return storedSession(terminal, portal);
  if (!/^[\x21-\x7e]+$/.test(token)) {
    throw new CliError('usage', 'LIBLAB_TOKEN is no token: it holds spaces or line breaks.');
  }
  return { url: namedPortal(terminal, portal), token };
}

/** With the stored session, for what a token may not do. */
export function storedSession(terminal: Terminal, portal: string | undefined): Access {
  const session = readSession(terminal);
  if (!session) {
    throw new CliError('notAllowed', 'Nobody is signed in. Run liblab login, or set LIBLAB_TOKEN.');
  }
  const { url, cookie } = session;
  const named = portal || terminal.env['LIBLAB_URL'];
  // A session never goes to another host than the one that gave it.
  if (named && portalAddress(named) !== url) {
    throw new CliError(
      'notAllowed',
      `You are signed in at ${url}, not at ${named}. Run liblab login --portal ${named}.`,
    );
  }
  return { url, cookie };
}

/** The option, else LIBLAB_URL, else where somebody is signed in. */
export function namedPortal(terminal: Terminal, portal: string | undefined): string {
  const named = portal || terminal.env['LIBLAB_URL'] || readSession(terminal)?.url;
  if (named) return portalAddress(named);
  throw new CliError('usage', 'Say where the Portal is: --portal <address>, or LIBLAB_URL.');
}
