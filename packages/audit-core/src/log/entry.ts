/** Entries: what the log hashes for an event. An entry commits to the disclosures and contains no personal data. */

import { LogError } from './log-error.ts';
import { decodeUtf8, encodeUtf8 } from './utf8.ts';

/** An entry's fields. */
export interface Entry {
  /** Digests of the event's disclosures: 1 to 1,024 distinct ones, ascending, 43 characters of base64url each. */
  readonly digests: readonly string[];
  /** The event's id: 1 to 128 printable ASCII characters without `"` and `\`. */
  readonly id: string;
  /** The id of the key that emitted the event; the same characters as in `id`. */
  readonly key: string;
  /** When the log recorded it, `YYYY-MM-DDTHH:MM:SS.mmmZ`. */
  readonly loggedAt: string;
}

const digestsMax = 1024;
// None of these characters is escaped in JSON, so the quoted text is canonical.
const plainName = /^[\x20\x21\x23-\x5b\x5d-\x7e]{1,128}$/;
const digest = /^[A-Za-z0-9_-]{43}$/;
const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const form =
  /^\{"_sd":\["([A-Za-z0-9_,"-]+)"\],"_sd_alg":"sha-256","id":"([^"\\]+)","key":"([^"\\]+)","t":"([^"\\]+)","v":1\}$/;

/**
 * Encodes an entry as canonical JSON (RFC 8785). Sorts the digests. A typical entry has 250 to 400 bytes.
 * @throws LogError `malformed` on a field outside the bounds of `Entry`
 */
export function buildEntry({ digests, id, key, loggedAt }: Entry): Uint8Array {
  const sorted = [...digests].sort();
  requireFields({ digests: sorted, id, key, loggedAt });
  return encodeUtf8(
    `{"_sd":["${sorted.join('","')}"],"_sd_alg":"sha-256","id":"${id}","key":"${key}","t":"${loggedAt}","v":1}`,
  );
}

/**
 * Parses an entry. Accepts only the exact output of `buildEntry`.
 * @throws LogError `malformed`
 */
export function parseEntry(bytes: Uint8Array): Entry {
  const parts = form.exec(decodeUtf8(bytes));
  if (!parts)
    throw new LogError('malformed', 'The entry is not a version 1 entry in canonical form.');
  const [, digests, id, key, loggedAt] = parts as unknown as [
    string,
    string,
    string,
    string,
    string,
  ];
  const entry = { digests: digests.split('","'), id, key, loggedAt };
  requireFields(entry);
  return entry;
}

function requireFields({ digests, id, key, loggedAt }: Entry): void {
  if (digests.length < 1 || digests.length > digestsMax) {
    throw new LogError(
      'malformed',
      `The entry has ${digests.length} digests; 1 to ${digestsMax} are allowed.`,
    );
  }
  for (let at = 0; at < digests.length; at += 1) {
    if (!digest.test(digests[at]!)) throw new LogError('malformed', `Digest ${at} is malformed.`);
    if (at > 0 && digests[at - 1]! >= digests[at]!) {
      throw new LogError('malformed', 'The digests are not in strictly ascending order.');
    }
  }
  if (!plainName.test(id)) throw new LogError('malformed', 'The id of the entry is malformed.');
  if (!plainName.test(key)) throw new LogError('malformed', 'The key of the entry is malformed.');
  if (!time.test(loggedAt)) throw new LogError('malformed', 'The time of the entry is malformed.');
}
