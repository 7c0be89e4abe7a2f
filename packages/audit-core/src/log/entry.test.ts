import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { buildEntry, parseEntry } from './entry.ts';
import { decodeUtf8, encodeUtf8 } from './utf8.ts';

// Many hashes, on a machine that may be busy.
vi.setConfig({ testTimeout: 30_000 });

const base64Url = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'];
const digest = fc.string({
  unit: fc.constantFrom(...base64Url),
  minLength: 43,
  maxLength: 43,
});
const name = fc
  .string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 128 })
  .filter((text) => !/["\\]/.test(text));
const loggedAt = fc
  .date({ min: new Date(0), max: new Date('9999-12-31T23:59:59.999Z'), noInvalidDate: true })
  .map((date) => date.toISOString());
const entry = fc.record({
  digests: fc.uniqueArray(digest, { minLength: 1, maxLength: 8 }),
  id: name,
  key: name,
  loggedAt,
});

const sample = {
  digests: ['B'.repeat(43), 'A'.repeat(43)],
  id: '0198c0de-0000-7000-8000-000000000001',
  key: 'key-1',
  loggedAt: '2026-01-02T03:04:05.678Z',
};

describe('an entry', () => {
  it('is the canonical JSON (RFC 8785) of its fields, byte for byte', () => {
    fc.assert(
      fc.property(entry, (fields) => {
        const members = {
          v: 1,
          t: fields.loggedAt,
          key: fields.key,
          id: fields.id,
          _sd_alg: 'sha-256',
          _sd: [...fields.digests].sort(),
        };
        expect(decodeUtf8(buildEntry(fields))).toBe(canonicalize(members));
      }),
    );
  });

  it('round-trips, with its digests sorted', () => {
    fc.assert(
      fc.property(entry, (fields) => {
        const read = parseEntry(buildEntry(fields));
        expect(read).toEqual({ ...fields, digests: [...fields.digests].sort() });
      }),
    );
  });

  it('is rejected in every encoding other than the canonical one', () => {
    const text = decodeUtf8(buildEntry(sample));
    const spellings: Record<string, string> = {
      'another member': text.replace('"v":1', '"u":0,"v":1'),
      'a missing member': text.replace('"key":"key-1",', ''),
      'another version': text.replace('"v":1', '"v":2'),
      'another algorithm': text.replace('sha-256', 'sha-512'),
      'a space': text.replace('"v":1', '"v": 1'),
      'a newline at the end': `${text}\n`,
      'members in another order': text.replace(/("id":"[^"]*"),("key":"[^"]*")/, '$2,$1'),
      'unsorted digests': text.replaceAll(/A{43}|B{43}/g, (at) =>
        (at[0] === 'A' ? 'B' : 'A').repeat(43),
      ),
      'a digest twice': text.replace('B'.repeat(43), 'A'.repeat(43)),
      'a digest cut short': text.replace('B'.repeat(43), 'B'.repeat(42)),
      'no digests': text.replace(/\[.*\]/, '[]'),
      'an escape': text.replace('key-1', 'key\\u002d1'),
      'seconds without milliseconds': text.replace('.678Z', 'Z'),
      'another offset': text.replace('.678Z', '.678+00:00'),
      'a byte order mark': `\ufeff${text}`,
    };
    expect(() => parseEntry(encodeUtf8(text))).not.toThrow();
    for (const [what, spelling] of Object.entries(spellings)) {
      expect(spelling, what).not.toBe(text);
      expect(() => parseEntry(encodeUtf8(spelling)), what).toThrow(
        /malformed|canonical|ascending|digests/,
      );
    }
  });

  it('is not built from fields that parsing would reject', () => {
    for (const bad of [
      { ...sample, digests: [] },
      { ...sample, digests: ['A'.repeat(43), 'A'.repeat(43)] },
      { ...sample, digests: [`${'A'.repeat(42)}"`] },
      { ...sample, id: '' },
      { ...sample, id: 'a"b' },
      { ...sample, id: 'a\\b' },
      { ...sample, key: 'clé' },
      { ...sample, key: 'x'.repeat(129) },
      { ...sample, loggedAt: '2026-01-02T03:04:05Z' },
    ]) {
      expect(() => buildEntry(bad), JSON.stringify(bad)).toThrow(/malformed|digests|twice/);
    }
  });

  it('fits in an entry bundle even with the maximum number of digests', () => {
    const digests = Array.from({ length: 1024 }, (_, at) => String(at).padStart(43, '0'));
    expect(buildEntry({ ...sample, digests }).length).toBeLessThan(65_536);
    expect(() => buildEntry({ ...sample, digests: [...digests, 'z'.repeat(43)] })).toThrow(/1024/);
  });
});
