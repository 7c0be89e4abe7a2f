/** Runs the signer as a child process: it alone holds the signing key, and hashing does not slow the API. */

import { fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import type { Logger } from 'pino';

export interface RunningSigner {
  /** Lets it sign what is there, then ends it. */
  stop(): Promise<void>;
}

/** The argument by which the signer knows that its database's URL comes as a message. */
export const asChild = '--child';

const restartMs = 2_000;

/** Starts the signer and starts it again whenever it ends by itself. `databaseUrl` goes over a private channel. */
export function startSigner(databaseUrl: string, log: Logger): RunningSigner {
  let stopping = false;
  let child = start();

  function start(): ChildProcess {
    // Off the terminal's process group: an interrupt there reaches the API, which stops the signer last.
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
