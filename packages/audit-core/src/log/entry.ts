/** The entry: what the log hashes of an event, a commitment to its disclosures and nothing personal. */

import { LogError } from './log-error.ts';
import { decodeUtf8, encodeUtf8 } from './utf8.ts';

export interface Entry {
  /** Digests of the event's disclosures, 43 characters of base64url each, 1 to 1,024, ascending, none twice. */
  readonly digests: readonly string[];
  /** The event's id: 1 to 128 printable ASCII characters without `"` and `\`. */
  readonly id: string;
  /** The id of the key that the event came with; characters as in `id`. */
  readonly key: string;
  /** When the log took it, `YYYY-MM-DDTHH:MM:SS.mmmZ`. */
  readonly loggedAt: string;
}

const digestsMax = 1024;
// No character in it is ever escaped, so what stands between the quotes is its canonical JSON.
const plainName = /^[\x20\x21\x23-\x5b\x5d-\x7e]{1,128}$/;
const digest = /^[A-Za-z0-9_-]{43}$/;
const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const form =
  /^\{"_sd":\["([A-Za-z0-9_,"-]+)"\],"_sd_alg":"sha-256","id":"([^"\\]+)","key":"([^"\\]+)","t":"([^"\\]+)","v":1\}$/;

/**
 * The entry as canonical JSON (RFC 8785): the digests sorted, the members in order, no spaces; 250 to 400 bytes for an
 * ordinary event.
 * @throws LogError `malformed` on a field outside the bounds of `Entry`; digests may come unsorted
 */
export function buildEntry({ digests, id, key, loggedAt }: Entry): Uint8Array {
  const sorted = [...digests].sort();
  requireFields({ digests: sorted, id, key, loggedAt });
  return encodeUtf8(
    `{"_sd":["${sorted.join('","')}"],"_sd_alg":"sha-256","id":"${id}","key":"${key}","t":"${loggedAt}","v":1}`,
  );
}

/**
 * Reads an entry's bytes. Accepts exactly what `buildEntry` makes: other members, spellings or orders are refused.
 * @throws LogError `malformed`
 */
export function parseEntry(bytes: Uint8Array): Entry {
  const parts = form.exec(decodeUtf8(bytes));
  if (!parts) throw new LogError('malformed', 'The entry is not of version 1 in canonical form.');
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
    throw new LogError('malformed', `An entry has 1 to ${digestsMax} digests.`);
  }
  for (let at = 0; at < digests.length; at += 1) {
    if (!digest.test(digests[at]!)) throw new LogError('malformed', `Digest ${at} is malformed.`);
    if (at > 0 && digests[at - 1]! >= digests[at]!) {
      throw new LogError('malformed', 'The digests are not ascending, or one stands twice.');
    }
  }
  if (!plainName.test(id)) throw new LogError('malformed', 'The id of the entry is malformed.');
  if (!plainName.test(key)) throw new LogError('malformed', 'The key of the entry is malformed.');
  if (!time.test(loggedAt)) throw new LogError('malformed', 'The time of the entry is malformed.');
}
