/** Ids like the SDK's: UUIDs of version 7 (RFC 9562 section 5.7) that grow with every call. */

import { randomUUID } from 'node:crypto';

/** Milliseconds since 1970 and, in the last three hexadecimal digits, a counter. */
let last = 0;

export function newId(): string {
  last = Math.max(Date.now() * 4_096, last + 1);
  const hex = last.toString(16).padStart(15, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-7${hex.slice(12)}-${randomUUID().slice(19)}`;
}
