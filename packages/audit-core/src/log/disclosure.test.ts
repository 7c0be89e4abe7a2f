/// <reference types="node" />
import { hash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeBase64Url } from './base64.ts';
import {
  digestDisclosure,
  makeDisclosure,
  matchDisclosures,
  parseDisclosure,
} from './disclosure.ts';
import type { Sha256 } from './hashing.ts';

const sha256: Sha256 = (bytes) => hash('sha256', bytes, 'buffer');
const salt = 'AAAAAAAAAAAAAAAAAAAAAA';
const encoded = (json: string) => Buffer.from(json).toString('base64url');

describe('a disclosure', () => {
  it('reads back with its salt, name and value, in any script', () => {
    const value = fc.jsonValue({ stringUnit: 'grapheme' });
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), value, (text, any) => {
        fc.pre(text !== '_sd' && text !== '...');
        const read = parseDisclosure(makeDisclosure({ salt, name: text, value: any }));
        expect(read.salt).toBe(salt);
        expect(read.name).toBe(text);
        expect(JSON.stringify(read.value)).toBe(JSON.stringify(any));
      }),
    );
  });

  it("is the same by the host's encoder", () => {
    const buffer = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url');
    const disclosure = { salt, name: 'actor', value: { name: 'Zoë 🦊' } };
    expect(makeDisclosure(disclosure, buffer)).toBe(makeDisclosure(disclosure));
    expect(digestDisclosure(makeDisclosure(disclosure), sha256, buffer)).toBe(
      digestDisclosure(makeDisclosure(disclosure), sha256, encodeBase64Url),
    );
  });

  it.each([
    ['not base64url', 'ab=='],
    ['not UTF-8', Buffer.from([0x5b, 0xff, 0x5d]).toString('base64url')],
    ['not JSON', encoded('["a","b",')],
    ['not an array', encoded('{"0":"a","1":"b","2":"c","length":3}')],
    ['of two elements', encoded('["a","b"]')],
    ['of four elements', encoded('["a","b","c","d"]')],
    ['with a salt that is no string', encoded('[1,"b","c"]')],
    ['with a name that is no string', encoded('["a",1,"c"]')],
    ['named _sd', encoded('["a","_sd","c"]')],
    ['named ...', encoded('["a","...","c"]')],
  ])('%s is refused', (_, disclosure) => {
    expect(() => parseDisclosure(disclosure)).toThrow(
      expect.objectContaining({ code: 'malformed' }),
    );
  });
});

describe("an entry's digests", () => {
  const disclosures = ['body', 'actor', 'private'].map((name) =>
    makeDisclosure({ salt, name, value: { name } }),
  );
  const digests = disclosures.map((disclosure) => digestDisclosure(disclosure, sha256));

  it('match their disclosures, all or some or none, in any order', () => {
    expect(matchDisclosures(disclosures.toReversed(), digests, sha256)).toBe(3);
    expect(matchDisclosures(disclosures.slice(1), digests, sha256)).toBe(2);
    expect(matchDisclosures([], digests, sha256)).toBe(0);
  });

  it('match no disclosure of which one character changed', () => {
    const [first] = disclosures;
    for (let at = 0; at < first!.length; at += 1) {
      const changed = first!.slice(0, at) + (first![at] === 'A' ? 'B' : 'A') + first!.slice(at + 1);
      expect(() => matchDisclosures([changed], digests, sha256), `${at}`).toThrow(
        expect.objectContaining({ code: 'mismatch' }),
      );
    }
  });

  it('count no disclosure twice', () => {
    expect(() => matchDisclosures([disclosures[0]!, disclosures[0]!], digests, sha256)).toThrow(
      /twice/,
    );
  });
});
