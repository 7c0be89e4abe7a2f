/** Refs of addresses: keyed hashes, so that a write needs no lookup and an index contains no e-mail address. */

import { createHmac, type KeyObject } from 'node:crypto';

/** The cache of hashed addresses is cleared when it exceeds this size. */
const cachedMax = 50_000;

export interface ActorRefs {
  /** Signed 64 bits of HMAC-SHA-256 of the address. */
  of(address: string): bigint;
}

export function createActorRefs(key: KeyObject): ActorRefs {
  const known = new Map<string, bigint>();
  return {
    of(address) {
      let ref = known.get(address);
      if (ref === undefined) {
        ref = createHmac('sha256', key).update(address).digest().readBigInt64BE(0);
        if (known.size >= cachedMax) known.clear();
        known.set(address, ref);
      }
      return ref;
    },
  };
}
