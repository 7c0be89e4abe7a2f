/** SD-JWT disclosures (RFC 9901): an event's content, stored outside the log and committed to by a digest. */

import { decodeBase64Url, encodeBase64Url } from './base64.ts';
import type { Sha256 } from './hashing.ts';
import { LogError } from './log-error.ts';
import { borrowUtf8, decodeUtf8 } from './utf8.ts';

/** A named value with its salt. */
export interface Disclosure {
  /** At least 128 random bits in base64url (22 characters), so that a deleted disclosure cannot be guessed. */
  readonly salt: string;
  readonly name: string;
  /** Any JSON value. */
  readonly value: unknown;
}

/**
 * base64url(UTF-8(JSON [salt, name, value])), RFC 9901 section 4.2.1. Stored and hashed as is, never re-encoded.
 */
export function makeDisclosure({ salt, name, value }: Disclosure): string {
  return encodeBase64Url(borrowUtf8(JSON.stringify([salt, name, value])));
}

/**
 * base64url(SHA-256(ASCII(disclosure))). `digestDisclosure` works everywhere; in Node,
 * `hash('sha256', disclosure, 'base64url')` of `node:crypto` is three times as fast.
 */
export type DigestDisclosure = (disclosure: string) => string;

/** base64url(SHA-256(ASCII(disclosure))), RFC 9901 section 4.2.3: 43 characters. */
export function digestDisclosure(disclosure: string, sha256: Sha256): string {
  return encodeBase64Url(sha256(borrowUtf8(disclosure)));
}

/**
 * Parses the disclosure of an object property.
 * @throws LogError `malformed`, also on disclosures of array elements and on names that RFC 9901 reserves
 */
export function parseDisclosure(disclosure: string): Disclosure {
  const json = decodeUtf8(decodeBase64Url(disclosure));
  let parts: unknown;
  try {
    parts = JSON.parse(json);
  } catch (cause) {
    throw new LogError('malformed', 'The disclosure is not JSON.', { cause });
  }
  if (!Array.isArray(parts) || parts.length !== 3) {
    throw new LogError('malformed', 'The disclosure is not an array of salt, name and value.');
  }
  const [salt, name, value] = parts as [unknown, unknown, unknown];
  if (typeof salt !== 'string' || typeof name !== 'string' || name === '_sd' || name === '...') {
    throw new LogError('malformed', 'The salt or the name of the disclosure is not allowed.');
  }
  return { salt, name, value };
}

/**
 * Checks that each disclosure matches one of an entry's digests.
 * @returns the number of digests disclosed
 * @throws LogError `mismatch` when a disclosure does not belong to the entry or appears twice
 */
export function matchDisclosures(
  disclosures: readonly string[],
  digests: readonly string[],
  digestOf: DigestDisclosure,
): number {
  const seen: string[] = [];
  for (const disclosure of disclosures) {
    const digest = digestOf(disclosure);
    if (!digests.includes(digest)) {
      throw new LogError('mismatch', 'A disclosure does not match any digest of the entry.');
    }
    if (seen.includes(digest)) throw new LogError('mismatch', 'A disclosure appears twice.');
    seen.push(digest);
  }
  return seen.length;
}
