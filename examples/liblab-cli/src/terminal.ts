/** A command's input and output. */

/** The parts of a process that commands use. */
export interface Terminal {
  env: Readonly<Record<string, string | undefined>>;
  stdin: NodeJS.ReadStream;
  stdout: NodeJS.WritableStream;
  stderr: NodeJS.WritableStream;
  cwd(): string;
}

/** Prints a result to stdout: as JSON with `--json`, otherwise as text. */
export function printResult(
  { stdout }: Pick<Terminal, 'stdout'>,
  json: boolean | undefined,
  result: unknown,
  text: string,
): void {
  stdout.write(`${json ? JSON.stringify(result) : printable(text)}\n`);
}

/** Prints to stderr, to keep stdout for results. */
export function printNotice({ stderr }: Pick<Terminal, 'stderr'>, text: string): void {
  stderr.write(`${printable(text)}\n`);
}

/** Replaces control and bidirectional characters, since names and messages come from others. */
function printable(text: string): string {
  return text.replaceAll(/(?!\n)[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, '�');
}
