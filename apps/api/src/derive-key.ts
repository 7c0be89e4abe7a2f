/** Keys for one purpose each, derived from the server's secret (HKDF, RFC 5869). */

import { hkdfSync } from 'node:crypto';

/** 32 bytes that depend on the secret and the purpose. */
export function deriveKey(
  secret: Buffer,
  purpose: 'content' | 'actors' | 'sessions' | 'cursors',
): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, Buffer.alloc(0), `audit-trails ${purpose}`, 32));
}
