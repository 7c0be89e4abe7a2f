/** Monotonic UUIDs v7 (RFC 9562 section 5.7): they sort in order of creation. */

import { randomFillSync } from 'node:crypto';

const counterMax = 0xfff;
/** Each new millisecond starts in the lower half of the counter, to leave room for counting up. */
const seedMask = 0x7ff;

const pool = Buffer.alloc(16 * 256);
let used = pool.length;

/**
 * Creates a generator: 48 bits of time, a randomly seeded 12-bit counter (RFC 9562 section 6.2, method 1), 62 random
 * bits. When the counter overflows or the clock steps back, the time part runs ahead of the clock.
 *
 * @param clock milliseconds since 1970
 */
export function createUuidV7(clock: () => number = Date.now): () => string {
  let lastMs = 0;
  let counter = 0;
  return () => {
    // Pooled: a call for random bytes costs more than the rest of the function.
    if (used === pool.length) {
      randomFillSync(pool);
      used = 0;
    }
    const offset = used;
    used += 16;
    const now = clock();
    if (now > lastMs) {
      lastMs = now;
      counter = pool.readUInt16BE(offset) & seedMask;
    } else if (counter === counterMax) {
      lastMs += 1;
      counter = pool.readUInt16BE(offset) & seedMask;
    } else {
      counter += 1;
    }
    const time = lastMs.toString(16).padStart(12, '0');
    const random = pool.toString('hex', offset + 2, offset + 10);
    const variant = ((pool.readUInt8(offset + 2) & 0x3f) | 0x80).toString(16);
    return `${time.slice(0, 8)}-${time.slice(8)}-7${counter.toString(16).padStart(3, '0')}-${variant}${random.slice(2, 4)}-${random.slice(4)}`;
  };
}
