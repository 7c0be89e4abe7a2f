/** Runs a command by its name, and turns what went wrong into a message and an exit code. */

import { build } from './commands/build.ts';
import { login } from './commands/login.ts';
import { logout } from './commands/logout.ts';
import { pr } from './commands/pr.ts';
import { token } from './commands/token.ts';
import { CliError, exitCodes } from './errors.ts';
import { tell, type Terminal } from './terminal.ts';
import { version } from './version.ts';

/** Throws CliError. */
export type Command = (terminal: Terminal, args: string[]) => Promise<void>;

const commands: Record<string, Command> = { login, logout, token, build, pr };

const usage = `liblab ${version}

  liblab login  [--portal <address>] [--email <address>] [--password-stdin]
  liblab logout
  liblab token  create <name> [--days <1 to 364>] | list | revoke <id>
  liblab build  [--config <file>] [--request-id <uuid>]
  liblab pr     --build <id> --language <language> --repository <owner/name>
                (--number <n> --url <address> | --failed <reason>)
                [--sdk-name <name>] [--config <file>] [--request-id <uuid>]

Options of all but login and logout:
  --organization <id>   where you belong to several; else the one you are in, or the token's
  --json                the result as one line of JSON

Environment:
  LIBLAB_TOKEN          acts with this token instead of the stored session
  LIBLAB_URL            the Portal's address; login and a token need it, or --portal
  LIBLAB_EMAIL, LIBLAB_PASSWORD   for login without a terminal
  LIBLAB_HOME           the folder of the session; else liblab in XDG_CONFIG_HOME or ~/.config
  LIBLAB_TIMEOUT        seconds until it gives the Portal up, 60 when unset

Exit codes: 0 done, 1 failed or refused, 2 not understood, 3 not signed in or not allowed,
4 the Portal is away or busy: try later.`;

/** @returns the exit code */
export async function run([name = '', ...args]: string[], terminal: Terminal): Promise<number> {
  if (['', 'help', '--help', '-h'].includes(name)) {
    terminal.stdout.write(`${usage}\n`);
    return name === '' ? exitCodes.usage : 0;
  }
  if (name === '--version') {
    terminal.stdout.write(`${version}\n`);
    return 0;
  }
  try {
    const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
    if (!command) throw new CliError('usage', `There is no command ${name}.`);
    await command(terminal, args);
    return 0;
  } catch (error) {
    const known = isUsageOfArguments(error)
      ? new CliError('usage', error.message, { cause: error })
      : error;
    if (!(known instanceof CliError)) throw error;
    const next = known.exitCode === exitCodes.usage ? ' Run liblab help.' : '';
    tell(terminal, `liblab: ${known.message}${next}`);
    return known.exitCode;
  }
}

/** What parseArgs of Node throws. */
function isUsageOfArguments(error: unknown): error is Error {
  return String((error as NodeJS.ErrnoException | null)?.code).startsWith('ERR_PARSE_ARGS_');
}
