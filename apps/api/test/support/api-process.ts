/** The API as a separate process that tests can kill. */

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { join } from 'node:path';

export interface ApiProcess {
  url: string;
  child: ChildProcess;
  /** The output of the process and its signer so far. */
  said(): string;
  /** Kills it with SIGKILL and waits until it has exited. */
  kill(): Promise<void>;
  /** Stops it with SIGTERM; it finishes accepted requests. */
  stop(): Promise<void>;
}

export interface ApiProcessOptions {
  databaseUrl: string;
  dataDir: string;
  port: number;
  /** Further configuration, as in `AUDIT_CATALOGUE`. */
  env?: Record<string, string>;
  nodeOptions?: readonly string[];
}

/** Starts main.ts against a database and resolves when it is ready. */
export async function startApiProcess({
  databaseUrl,
  dataDir,
  port,
  env = {},
  nodeOptions = [],
}: ApiProcessOptions): Promise<ApiProcess> {
  const child = spawn(
    process.execPath,
    ['--conditions=@liblab/source', ...nodeOptions, join(import.meta.dirname, '../../src/main.ts')],
    {
      env: {
        ...process.env,
        NODE_ENV: 'development',
        DATABASE_URL: databaseUrl,
        DATA_DIR: dataDir,
        PORT: String(port),
        HOST: '127.0.0.1',
        AUDIT_DEMO: '0',
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let said = '';
  child.stdout.on('data', (chunk) => (said += String(chunk)));
  child.stderr.on('data', (chunk) => (said += String(chunk)));
  const url = `http://127.0.0.1:${port}`;
  const exited = once(child, 'exit');
  while (!(await isReady(url))) {
    if (child.exitCode !== null) throw new Error(`The API ended at start:\n${said}`);
    await delay(50);
  }
  return {
    url,
    child,
    said: () => said,
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
    async stop() {
      child.kill('SIGTERM');
      await exited;
    },
  };
}

/** The process's resident memory, from its own metrics. */
export async function residentBytes(url: string): Promise<number> {
  const metrics = await (await fetch(`${url}/metrics`)).text();
  return Number(/^process_resident_memory_bytes (\S+)/m.exec(metrics)?.[1]);
}

async function isReady(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/readyz`)).ok;
  } catch {
    return false;
  }
}
