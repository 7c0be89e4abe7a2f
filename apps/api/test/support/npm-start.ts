/** The whole service as a newcomer starts it: `npm start` and all its processes. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { processTree, signalAll } from './process-tree.ts';

const repository = join(import.meta.dirname, '../../../..');

export interface WholeService {
  url: string;
  /** Resolves when the service is ready; throws with its output if it exits first. */
  ready: Promise<void>;
  /** Kills all processes at once except the spared one, and resolves when they have exited. */
  kill(spared?: 'postgres' | 'signer'): Promise<void>;
  /** Stops it as a terminal does. */
  stop(): Promise<void>;
}

export function npmStart(dataDir: string, port: number): WholeService {
  const child = spawn('npm', ['start'], {
    cwd: repository,
    env: { ...process.env, NODE_ENV: '', DATA_DIR: dataDir, PORT: String(port), HOST: '127.0.0.1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(child, 'exit');
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => (said += String(chunk)));
  }
  const url = `http://127.0.0.1:${port}`;
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;

  async function becomeReady(): Promise<void> {
    while (!(await isReady(url))) {
      if (hasEnded()) throw new Error(`npm start ended:\n${said}`);
      await delay(100);
    }
  }

  const ready = becomeReady();
  // A test that kills it earlier does not await this.
  ready.catch(() => {});
  return {
    url,
    ready,
    async kill(spared) {
      const own = hasEnded() ? [] : processTree(child.pid ?? 0);
      const postmaster = postmasterOf(dataDir);
      const database = postmaster === undefined ? [] : processTree(postmaster);
      const signer = own.filter((pid) => commandOf(pid).includes('signer/main.ts'));
      const kept = new Set({ postgres: database, signer, none: [] }[spared ?? 'none']);
      const killed = new Set([...own, ...database]);
      signalAll(
        [...killed].filter((pid) => !kept.has(pid)),
        'SIGKILL',
      );
      await exited;
    },
    async stop() {
      child.kill('SIGTERM');
      await exited;
    },
  };
}

/** The postmaster of the embedded database; undefined when none runs. */
function postmasterOf(dataDir: string): number | undefined {
  try {
    const state = JSON.parse(readFileSync(join(dataDir, 'postgres.json'), 'utf8')) as {
      elsewhere?: string;
    };
    const file = join(state.elsewhere ?? join(dataDir, 'postgres'), 'data/postmaster.pid');
    const pid = Number(readFileSync(file, 'utf8').split('\n')[0]);
    return commandOf(pid).includes('postgres') ? pid : undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}

async function isReady(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/readyz`)).ok;
  } catch {
    return false;
  }
}
