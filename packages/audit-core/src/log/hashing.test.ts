/// <reference types="node" />
import { hash } from 'node:crypto';
import { sha256 as nobleSha256 } from '@noble/hashes/sha2.js';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { decodeBase64, decodeBase64Url, encodeBase64, encodeBase64Url } from './base64.ts';
import { emptyRoot, leafHash, nodeHash, type Sha256 } from './hashing.ts';

// Many hashes, on a machine that may be busy.
vi.setConfig({ testTimeout: 30_000 });

const sha256: Sha256 = (bytes) => hash('sha256', bytes, 'buffer');
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

describe('the hashes of RFC 6962', () => {
  it('are prefixed by 0 for a leaf and by 1 for a node, independent of earlier calls', () => {
    const bytes = fc.uint8Array({ maxLength: 6000 });
    const hash32 = fc.uint8Array({ minLength: 32, maxLength: 32 });
    fc.assert(
      fc.property(bytes, hash32, hash32, (entry, left, right) => {
        expect(hex(leafHash(entry, sha256))).toBe(
          hash('sha256', Buffer.concat([Buffer.from([0]), entry])),
        );
        expect(hex(nodeHash(left, right, sha256))).toBe(
          hash('sha256', Buffer.concat([Buffer.from([1]), left, right])),
        );
      }),
    );
  });

  it('include the empty string’s hash for the empty tree', () => {
    expect(hex(emptyRoot(sha256))).toBe(
      'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    );
  });

  it("are the same with a browser's implementation", () => {
    const entry = Buffer.from('an entry');
    const leaf = leafHash(entry, nobleSha256);
    expect(hex(leaf)).toBe(hex(leafHash(entry, sha256)));
    expect(hex(nodeHash(leaf, leaf, nobleSha256))).toBe(hex(nodeHash(leaf, leaf, sha256)));
  });

  it('reject a node of anything but two whole hashes', () => {
    const whole = new Uint8Array(32);
    expect(() => nodeHash(whole, new Uint8Array(31), sha256)).toThrow(/32 bytes/);
    expect(() => nodeHash(new Uint8Array(33), whole, sha256)).toThrow(/32 bytes/);
  });
});

describe('base64', () => {
  it('matches Node in both alphabets and both directions, at every length', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 9000 }), (bytes) => {
        expect(encodeBase64(bytes)).toBe(Buffer.from(bytes).toString('base64'));
        expect(encodeBase64Url(bytes)).toBe(Buffer.from(bytes).toString('base64url'));
        expect(hex(decodeBase64(encodeBase64(bytes)))).toBe(hex(bytes));
        expect(hex(decodeBase64Url(encodeBase64Url(bytes)))).toBe(hex(bytes));
      }),
    );
  });

  it('accepts only the canonical encoding of each byte string', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...'AQgwZz019+/-_= \n\u00e9'), maxLength: 9 }),
        (text) => {
          for (const [decode, encode] of [
            [decodeBase64, encodeBase64],
            [decodeBase64Url, encodeBase64Url],
          ] as const) {
            let bytes: Uint8Array;
            try {
              bytes = decode(text);
            } catch {
              continue;
            }
            expect(encode(bytes)).toBe(text);
          }
        },
      ),
      { numRuns: 3000 },
    );
    for (const text of ['AB==', 'AA=', 'AA', 'A===', 'AAAA====', '=', 'AA==AA==']) {
      expect(() => decodeBase64(text), text).toThrow(/base64/);
    }
    for (const text of ['AB', 'A', 'AA==', 'AAF', 'AA+/']) {
      expect(() => decodeBase64Url(text), text).toThrow(/base64/);
    }
  });
});
