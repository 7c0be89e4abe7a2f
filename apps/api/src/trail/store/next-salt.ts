/** Salts of disclosures. */

import { randomFillSync } from 'node:crypto';

const pool = Buffer.alloc(16 * 512);
let used = pool.length;

/** 128 random bits, base64url; drawn from a pool because one call for each costs more than the hash it salts. */
export function nextSalt(): string {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += 16;
  return pool.toString('base64url', used - 16, used);
}
