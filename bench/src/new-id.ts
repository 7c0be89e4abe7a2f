/** Monotonic UUIDs v7 (RFC 9562 section 5.7), like those of the SDK. */

import { randomUUID } from 'node:crypto';

/** The time in ms, followed by a counter in the last three hexadecimal digits. */
let last = 0;

/** Returns a new id, greater than all before. */
export function newId(): string {
  last = Math.max(Date.now() * 4_096, last + 1);
  const hex = last.toString(16).padStart(15, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-7${hex.slice(12)}-${randomUUID().slice(19)}`;
}
