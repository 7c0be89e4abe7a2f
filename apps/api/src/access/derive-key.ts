/** Keys for one purpose each, derived from the server's secret (HKDF, RFC 5869). */

import { createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';

/**
 * 32 bytes that depend on the secret and the purpose. Made once and kept: a key object costs more to make than a hash.
 */
export function deriveKey(
  secret: Buffer,
  purpose: 'content' | 'actors' | 'sessions' | 'setup' | 'links',
): KeyObject {
  const key = hkdfSync('sha256', secret, Buffer.alloc(0), `audit-trails ${purpose}`, 32);
  return createSecretKey(Buffer.from(key));
}
