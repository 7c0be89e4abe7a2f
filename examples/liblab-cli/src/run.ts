/** Runs a command by name, and turns failures into a message and an exit code. */

import { build } from './commands/build.ts';
import { login } from './commands/login.ts';
import { logout } from './commands/logout.ts';
import { pr } from './commands/pr.ts';
import { token } from './commands/token.ts';
import { CliError, exitCodes } from './errors.ts';
import { printNotice, type Terminal } from './terminal.ts';
import { version } from './version.ts';

/** A command; throws CliError. */
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

Options of token, build and pr:
  --portal <address>    the Portal's address
  --organization <id>   the organisation; default: the active one, or the token's
  --json                print the result as one line of JSON

Environment:
  LIBLAB_TOKEN          token to use instead of the stored session
  LIBLAB_URL            the Portal's address, for login and tokens; --portal overrides it
  LIBLAB_EMAIL, LIBLAB_PASSWORD   credentials for login without a terminal
  LIBLAB_HOME           folder of the stored session; default: liblab in XDG_CONFIG_HOME or ~/.config
  LIBLAB_TIMEOUT        seconds to retry while the Portal is unavailable; default: 60

Exit codes: 0 success, 1 failed or rejected, 2 usage error, 3 not signed in or not allowed,
4 Portal unavailable, try again later.`;

/**
 * Runs a command.
 * @returns the exit code
 */
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
    if (!command) throw new CliError('usage', `Unknown command "${name}".`);
    await command(terminal, args);
    return 0;
  } catch (error) {
    const known = isArgumentError(error)
      ? new CliError('usage', error.message, { cause: error })
      : error;
    if (!(known instanceof CliError)) throw error;
    const hint = known.exitCode === exitCodes.usage ? ' Run liblab help.' : '';
    printNotice(terminal, `liblab: ${known.message}${hint}`);
    return known.exitCode;
  }
}

/** Whether Node's parseArgs threw it. */
function isArgumentError(error: unknown): error is Error {
  return String((error as NodeJS.ErrnoException | null)?.code).startsWith('ERR_PARSE_ARGS_');
}
