/** Tokens for links in e-mails. Making one needs the server's secret, so a copy of the database is not enough. */

import { createHmac, timingSafeEqual } from 'node:crypto';
import { deriveKey } from './derive-key.ts';

/** What a link is for. A token is valid for one purpose only. */
export type LinkPurpose = 'verify-email' | 'reset-password' | 'invitation';

/** `<id>.<HMAC-SHA-256 in base64url>`. The row with this id holds the expiry and is deleted when the link is used. */
export function linkToken(secret: Buffer, purpose: LinkPurpose, id: string): string {
  return `${id}.${macOf(secret, purpose, id).toString('base64url')}`;
}

/** The id in a token; undefined when the token is forged or made for another purpose. */
export function readLinkToken(
  secret: Buffer,
  purpose: LinkPurpose,
  token: string,
): string | undefined {
  const [id = '', mac = ''] = token.split('.');
  const received = Buffer.from(mac, 'base64url');
  const expected = macOf(secret, purpose, id);
  return received.length === expected.length && timingSafeEqual(received, expected)
    ? id
    : undefined;
}

function macOf(secret: Buffer, purpose: LinkPurpose, id: string): Buffer {
  return createHmac('sha256', deriveKey(secret, 'links')).update(`${purpose} ${id}`).digest();
}
