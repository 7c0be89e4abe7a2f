/** Runs the signer as a child process, so that only it holds the signing key and hashing does not slow the API. */

import { fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import type { Logger } from 'pino';

export interface RunningSigner {
  /** Signs what has been appended so far, then stops the signer. */
  stop(): Promise<void>;
}

/** The argument that tells the signer to read its database URL from a message. */
export const asChild = '--child';

const restartMs = 2_000;

/** Starts the signer and restarts it when it exits by itself. `databaseUrl` is sent over a private channel. */
export function startSigner(databaseUrl: string, log: Logger): RunningSigner {
  let stopping = false;
  let child = start();

  function start(): ChildProcess {
    // Outside the terminal's process group, so that Ctrl-C reaches only the API, which stops the signer last.
    const started = fork(join(import.meta.dirname, 'main.ts'), [asChild], {
      stdio: ['ignore', 2, 2, 'ipc'],
      detached: true,
    });
    started.send(databaseUrl);
    started.once('exit', (code, signal) => {
      if (stopping) return;
      log.error({ code, signal }, 'the signer exited; restarting it');
      setTimeout(() => {
        if (!stopping) child = start();
      }, restartMs).unref();
    });
    return started;
  }

  return {
    async stop() {
      stopping = true;
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await ended;
    },
  };
}
