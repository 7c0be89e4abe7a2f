/** `stableId`: event ids derived from the ids of another system. */

import { createHash } from 'node:crypto';

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * The UUID v5 of a text in a namespace (RFC 9562 section 5.5). The same arguments give the same id on every machine, so
 * an event that is imported twice is recorded once.
 *
 * @param namespace a UUID that you generate once per foreign system and keep
 * @param text the foreign id, hashed as UTF-8
 * @throws TypeError when the namespace is not a UUID
 *
 * @example
 * const cloudTrail = '0f7a4a5e-3c53-4f0e-9a54-1f3b8d6c2e71';
 * audit.emit('user.build', { id: stableId(cloudTrail, record.eventID), occurredAt: record.eventTime, ... });
 */
export function stableId(namespace: string, text: string): string {
  if (!uuid.test(namespace)) {
    throw new TypeError(
      'The namespace of stableId must be a UUID. Generate one with crypto.randomUUID() and keep it in your code.',
    );
  }
  const hash = createHash('sha1')
    .update(Buffer.from(namespace.replaceAll('-', ''), 'hex'))
    .update(text, 'utf8')
    .digest();
  hash.writeUInt8((hash.readUInt8(6) & 0x0f) | 0x50, 6);
  hash.writeUInt8((hash.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = hash.toString('hex', 0, 16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
