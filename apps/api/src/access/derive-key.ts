/** Derives single-purpose keys from the server's secret (HKDF, RFC 5869). */

import { createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';

/**
 * A 32-byte key for one purpose. Keep the returned object: creating a key object costs more than computing a hash.
 */
export function deriveKey(
  secret: Buffer,
  purpose: 'content' | 'actors' | 'sessions' | 'setup' | 'links',
): KeyObject {
  const key = hkdfSync('sha256', secret, Buffer.alloc(0), `audit-trails ${purpose}`, 32);
  return createSecretKey(Buffer.from(key));
}
