/** Runs the signer in the test's process. */

import { pino } from 'pino';
import { expect, vi } from 'vitest';
import { runSigner, type SignerOptions } from '../../src/signer/signer.ts';

/** Runs the signer until `until`, which gets the log, is true; then the signer signs the rest and stops. */
export async function signUntil(
  options: Omit<SignerOptions, 'clock' | 'log' | 'signal'>,
  until: (logged: string) => Promise<boolean>,
): Promise<void> {
  let logged = '';
  const abort = new AbortController();
  const running = runSigner({
    ...options,
    clock: Date.now,
    log: pino({}, { write: (line: string) => void (logged += line) }),
    signal: abort.signal,
  });
  await vi.waitFor(async () => expect(await until(logged)).toBe(true), {
    timeout: 60_000,
    interval: 50,
  });
  abort.abort();
  await running;
}
