/** Reads the mail that the service sent to an address, and the tokens in its links. */

import { expect } from 'vitest';
import type { Letter } from '../../src/portal/mail/inbox.ts';
import type { TestApp } from './test-app.ts';

/** The newest message to the address, once `count` messages have arrived. */
export async function mailTo({ inbox }: TestApp, address: string, count = 1): Promise<Letter> {
  const mails = () => inbox?.list().filter(({ to }) => to === address) ?? [];
  await expect.poll(() => mails().length).toBe(count);
  return mails()[0] as Letter;
}

/** The token behind the # of a message's link. */
export function tokenIn({ text }: Letter): string {
  return /#(\S+)/.exec(text)?.[1] ?? '';
}
