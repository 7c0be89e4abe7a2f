/** What a command reads from and writes to. */

/** A process, as far as commands know it. */
export interface Terminal {
  env: Readonly<Record<string, string | undefined>>;
  stdin: NodeJS.ReadStream;
  stdout: NodeJS.WritableStream;
  stderr: NodeJS.WritableStream;
  cwd(): string;
}

/** Results go to stdout: one value of JSON where a script asked for it, else text for people. */
export function printResult(
  { stdout }: Pick<Terminal, 'stdout'>,
  json: boolean | undefined,
  result: unknown,
  text: string,
): void {
  stdout.write(`${json ? JSON.stringify(result) : printable(text)}\n`);
}

/** What only informs goes to stderr, out of the way of results. */
export function tell({ stderr }: Pick<Terminal, 'stderr'>, text: string): void {
  stderr.write(`${printable(text)}\n`);
}

/** Names and messages come from elsewhere: nothing in them may steer the terminal or turn the text around. */
function printable(text: string): string {
  return text.replaceAll(/(?!\n)[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, '�');
}
