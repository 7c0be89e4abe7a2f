/** Runs the command in a process of its own, for programs that act as its user. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export interface Outcome {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface LiblabOptions {
  /** All that the command sees of the environment. */
  env: Record<string, string>;
  /** Where it finds its liblab.config.json. */
  cwd?: string;
  /** What it reads from stdin, which is no terminal. */
  input?: string;
  /** What is run: else this package's own source, under this Node. */
  program?: readonly [string, ...string[]];
}

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
  // It may end before it has read anything.
  child.stdin.on('error', () => {}).end(input);
  [outcome.code] = (await once(child, 'close')) as [number | null];
  return outcome;
}

const source = fileURLToPath(new URL('main.ts', import.meta.url));
