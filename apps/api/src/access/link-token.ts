/** Tokens of the links that are sent by e-mail: nothing that is stored is enough to make one. */

import { createHmac, timingSafeEqual } from 'node:crypto';
import { deriveKey } from './derive-key.ts';

/** What a link is for; a token for one opens nothing else. */
export type LinkPurpose = 'verify-email' | 'reset-password' | 'invitation';

/** `<id>.<HMAC-SHA-256, base64url>`; the row of this id says until when it holds, and goes when it was used. */
export function linkToken(secret: Buffer, purpose: LinkPurpose, id: string): string {
  return `${id}.${macOf(secret, purpose, id).toString('base64url')}`;
}

/** The id behind a token; undefined for one that was not made here for this purpose. */
export function readLinkToken(
  secret: Buffer,
  purpose: LinkPurpose,
  token: string,
): string | undefined {
  const [id = '', mac = ''] = token.split('.');
  const given = Buffer.from(mac, 'base64url');
  const wanted = macOf(secret, purpose, id);
  return given.length === wanted.length && timingSafeEqual(given, wanted) ? id : undefined;
}

function macOf(secret: Buffer, purpose: LinkPurpose, id: string): Buffer {
  return createHmac('sha256', deriveKey(secret, 'links')).update(`${purpose} ${id}`).digest();
}
