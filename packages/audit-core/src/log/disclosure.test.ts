/// <reference types="node" />
import { hash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import {
  digestDisclosure,
  makeDisclosure,
  matchDisclosures,
  parseDisclosure,
} from './disclosure.ts';
import type { Sha256 } from './hashing.ts';

// Many hashes, on a machine that may be busy.
vi.setConfig({ testTimeout: 30_000 });

const sha256: Sha256 = (bytes) => hash('sha256', bytes, 'buffer');
const digestOf = (disclosure: string) => digestDisclosure(disclosure, sha256);
const salt = 'AAAAAAAAAAAAAAAAAAAAAA';
const encoded = (json: string) => Buffer.from(json).toString('base64url');

describe('a disclosure', () => {
  it('round-trips its salt, name and value, in any script', () => {
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

  it("has the digest that Node's own text hash gives", () => {
    const disclosure = makeDisclosure({ salt, name: 'actor', value: { name: 'Zoë 🦊' } });
    expect(digestDisclosure(disclosure, sha256)).toBe(hash('sha256', disclosure, 'base64url'));
  });

  it('of any size is base64url of its JSON', () => {
    for (const length of [0, 100, 16_000, 17_000, 60_000]) {
      const value = 'é'.repeat(length);
      const json = JSON.stringify([salt, 'body', value]);
      expect(makeDisclosure({ salt, name: 'body', value })).toBe(encoded(json));
    }
  });

  it.each([
    ['not base64url', 'ab=='],
    ['not UTF-8', Buffer.from('["a","b","\xff"]', 'latin1').toString('base64url')],
    ['not JSON', encoded('["a","b",')],
    ['not an array', encoded('{"0":"a","1":"b","2":"c","length":3}')],
    ['of two elements', encoded('["a","b"]')],
    ['of four elements', encoded('["a","b","c","d"]')],
    ['with a salt that is no string', encoded('[1,"b","c"]')],
    ['with a name that is no string', encoded('["a",1,"c"]')],
    ['named _sd', encoded('["a","_sd","c"]')],
    ['named ...', encoded('["a","...","c"]')],
  ])('%s is rejected', (_, disclosure) => {
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

  it('match all, some or none of their disclosures, in any order', () => {
    expect(matchDisclosures(disclosures.toReversed(), digests, digestOf)).toBe(3);
    expect(matchDisclosures(disclosures.slice(1), digests, digestOf)).toBe(2);
    expect(matchDisclosures([], digests, digestOf)).toBe(0);
  });

  it('match no disclosure with one character changed', () => {
    const [first] = disclosures;
    for (let at = 0; at < first!.length; at += 1) {
      const changed = first!.slice(0, at) + (first![at] === 'A' ? 'B' : 'A') + first!.slice(at + 1);
      expect(() => matchDisclosures([changed], digests, digestOf), `${at}`).toThrow(
        expect.objectContaining({ code: 'mismatch' }),
      );
    }
  });

  it('match each disclosure only once', () => {
    expect(() => matchDisclosures([disclosures[0]!, disclosures[0]!], digests, digestOf)).toThrow(
      /twice/,
    );
  });
});
