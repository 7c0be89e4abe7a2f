/** Ed25519 verification for the log's functions. */

import { createPublicKey, verify, type KeyObject } from 'node:crypto';
import type { VerifyEd25519 } from '@liblab/audit-core/log';

/** A cache of parsed keys. A log has two keys and never changes them. */
const keys = new Map<string, KeyObject>();

export const verifyEd25519: VerifyEd25519 = (message, signature, publicKey) => {
  const x = Buffer.from(publicKey).toString('base64url');
  let key = keys.get(x);
  if (!key) {
    key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
    keys.set(x, key);
  }
  return verify(null, message, key, signature);
};
