/** Prompts the user at a terminal, hiding secrets as they are typed. */

import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { CliError } from './errors.ts';
import type { Terminal } from './terminal.ts';

/**
 * Reads a line, showing it as it is typed.
 * @throws CliError `usage` when stdin is not a terminal, `failed` when input ends
 */
export function prompt(terminal: Terminal, question: string): Promise<string> {
  return readLine(terminal, question, terminal.stderr);
}

/**
 * Reads a line without showing it.
 * @throws CliError `usage` when stdin is not a terminal, `failed` when input ends
 */
export async function promptSecret(terminal: Terminal, question: string): Promise<string> {
  const discard = new Writable({ write: (_chunk, _encoding, done) => done() });
  try {
    // Prints the question only after echo is off, so that nothing typed is shown.
    return await readLine(terminal, '', discard, () => terminal.stderr.write(question));
  } finally {
    terminal.stderr.write('\n');
  }
}

/** Reads all of stdin, without a final line break: how scripts pass a secret. */
export async function readSecretFromStdin({ stdin }: Pick<Terminal, 'stdin'>): Promise<string> {
  let text = '';
  for await (const chunk of stdin.setEncoding('utf8')) text += String(chunk);
  return text.replace(/\r?\n$/, '');
}

async function readLine(
  { stdin }: Terminal,
  question: string,
  output: NodeJS.WritableStream,
  onReady: () => unknown = () => {},
): Promise<string> {
  if (!stdin.isTTY) {
    throw new CliError(
      'usage',
      'There is no terminal to prompt on. Set LIBLAB_EMAIL and LIBLAB_PASSWORD, or pass --email and --password-stdin.',
    );
  }
  // The editor puts the terminal into raw mode, so only `output` shows what is typed.
  const editor = createInterface({ input: stdin, output, terminal: true });
  const closed = new AbortController();
  editor.once('close', () => closed.abort());
  onReady();
  try {
    return await editor.question(question, { signal: closed.signal });
  } catch (error) {
    throw new CliError('failed', 'Sign-in cancelled.', { cause: error });
  } finally {
    editor.close();
  }
}
