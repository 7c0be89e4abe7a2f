/** What the service sent to an address, and the links in it. */

import { expect } from 'vitest';
import type { Letter } from '../../src/portal/mail/inbox.ts';
import type { TestApp } from './test-app.ts';

/** The newest message to the address, once `count` of them have come. */
export async function letterTo({ inbox }: TestApp, address: string, count = 1): Promise<Letter> {
  const letters = () => inbox?.list().filter(({ to }) => to === address) ?? [];
  await expect.poll(() => letters().length).toBe(count);
  return letters()[0] as Letter;
}

/** The token behind the # of a message's link. */
export function tokenIn({ text }: Letter): string {
  return /#(\S+)/.exec(text)?.[1] ?? '';
}
