/** Asks who sits at the terminal, and takes secrets without showing them. */

import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { CliError } from './errors.ts';
import type { Terminal } from './terminal.ts';

/** Shown as it is typed. Throws when stdin is no terminal. */
export function ask(terminal: Terminal, question: string): Promise<string> {
  return answerTo(terminal, question, terminal.stderr);
}

/** Not shown. Throws when stdin is no terminal. */
export async function askSecret(terminal: Terminal, question: string): Promise<string> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  try {
    // Asked when the terminal shows nothing any more, and not before.
    return await answerTo(terminal, '', nowhere, () => terminal.stderr.write(question));
  } finally {
    terminal.stderr.write('\n');
  }
}

/** The whole of stdin without the line break at its end, as scripts hand a secret over. */
export async function readSecretFromStdin({ stdin }: Pick<Terminal, 'stdin'>): Promise<string> {
  let text = '';
  for await (const chunk of stdin.setEncoding('utf8')) text += String(chunk);
  return text.replace(/\r?\n$/, '');
}

async function answerTo(
  { stdin }: Terminal,
  question: string,
  output: NodeJS.WritableStream,
  onReady: () => unknown = () => {},
): Promise<string> {
  if (!stdin.isTTY) {
    throw new CliError(
      'usage',
      'There is no terminal to ask on: set LIBLAB_EMAIL and LIBLAB_PASSWORD, or give --email and --password-stdin.',
    );
  }
  // The line editor puts the terminal into raw mode: nothing but `output` shows what is typed.
  const editor = createInterface({ input: stdin, output, terminal: true });
  const closed = new AbortController();
  editor.once('close', () => closed.abort());
  onReady();
  try {
    return await editor.question(question, { signal: closed.signal });
  } catch (error) {
    throw new CliError('failed', 'Nothing was entered, and nobody is signed in.', { cause: error });
  } finally {
    editor.close();
  }
}
