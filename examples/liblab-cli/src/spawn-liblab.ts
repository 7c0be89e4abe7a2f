/** `spawnLiblab`: runs the command in a child process. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** The exit code and output of a command. */
export interface Outcome {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** How to run the command. */
export interface LiblabOptions {
  /** The whole environment of the command. */
  env: Record<string, string>;
  /** The folder of its liblab.config.json. */
  cwd?: string;
  /** Its stdin, which is not a terminal. */
  input?: string;
  /** The program to run. Default: this package's source, with the current Node. */
  program?: readonly [string, ...string[]];
}

/** Runs the command to its end. */
export async function spawnLiblab(
  args: readonly string[],
  { env, cwd, input = '', program = [process.execPath, source] }: LiblabOptions,
): Promise<Outcome> {
  const [command, ...before] = program;
  const child = spawn(command, [...before, ...args], { cwd, env });
  const outcome: Outcome = { code: null, stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (chunk) => (outcome[stream] += String(chunk)));
  }
  // The command may exit before it reads its input.
  child.stdin.on('error', () => {}).end(input);
  [outcome.code] = (await once(child, 'close')) as [number | null];
  return outcome;
}

const source = fileURLToPath(new URL('main.ts', import.meta.url));
