/// <reference types="node" />
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeBundle, encodeBundle } from './entry-bundle.ts';

describe('an entry bundle', () => {
  it('decodes to its entries', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 700 }), { maxLength: 20 }), (entries) => {
        const read = decodeBundle(encodeBundle(entries), entries.length);
        expect(read.map((entry) => [...entry])).toEqual(entries.map((entry) => [...entry]));
      }),
    );
  });

  it('is rejected when truncated anywhere, or with another expected count', () => {
    const bundle = encodeBundle([Buffer.from('one'), Buffer.from('two'), new Uint8Array(300)]);
    for (let length = 0; length < bundle.length; length += 1) {
      expect(() => decodeBundle(bundle.subarray(0, length), 3), `${length}`).toThrow(
        expect.objectContaining({ code: 'malformed' }),
      );
    }
    for (const count of [0, 2, 4]) expect(() => decodeBundle(bundle, count)).toThrow(/3 entries/);
  });

  it('accepts entries of up to 65,535 bytes', () => {
    expect(decodeBundle(encodeBundle([new Uint8Array(65_535)]), 1)[0]).toHaveLength(65_535);
    expect(() => encodeBundle([new Uint8Array(65_536)])).toThrow(/65535/);
  });
});
