/// <reference types="node" />
import { hash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { appendLeaves, decodeFrontier, emptyFrontier, encodeFrontier } from './frontier.ts';
import { emptyRoot, leafHash, nodeHash, type Sha256 } from './hashing.ts';

// Many hashes, on a machine that may be busy.
vi.setConfig({ testTimeout: 30_000 });

const sha256: Sha256 = (bytes) => hash('sha256', bytes, 'buffer');

/** RFC 6962 section 2.1, word by word. */
function rootByDefinition(leaves: readonly Uint8Array[]): Uint8Array {
  if (leaves.length === 0) return emptyRoot(sha256);
  if (leaves.length === 1) return leaves[0]!;
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  return nodeHash(
    rootByDefinition(leaves.slice(0, split)),
    rootByDefinition(leaves.slice(split)),
    sha256,
  );
}

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const leavesOf = (count: number) =>
  Array.from({ length: count }, (_, seq) => leafHash(Buffer.from(`entry ${seq}`), sha256));

describe('the frontier', () => {
  it('has the root of RFC 6962 at every size from 0 to 300', () => {
    const leaves = leavesOf(300);
    let frontier = emptyFrontier;
    for (let size = 0; size <= 300; size += 1) {
      const { after, root } = appendLeaves(frontier, size === 0 ? [] : [leaves[size - 1]!], sha256);
      expect(after.size).toBe(size);
      expect(hex(root)).toBe(hex(rootByDefinition(leaves.slice(0, size))));
      frontier = after;
    }
  });

  it('is the same for any split into appends, with or without being stored between them', () => {
    const leaves = leavesOf(1500);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 300 }), { maxLength: 5 }), (counts) => {
        let frontier = emptyFrontier;
        for (const count of counts) {
          const added = leaves.slice(frontier.size, frontier.size + count);
          const { after } = appendLeaves(frontier, added, sha256);
          frontier = decodeFrontier(after.size, encodeFrontier(after));
        }
        const { root } = appendLeaves(frontier, [], sha256);
        expect(hex(root)).toBe(hex(rootByDefinition(leaves.slice(0, frontier.size))));
      }),
      { numRuns: 30 },
    );
  });

  it('cannot be decoded with another size', () => {
    const { after } = appendLeaves(emptyFrontier, leavesOf(7), sha256);
    expect(() => decodeFrontier(8, encodeFrontier(after))).toThrow(/must have 32 bytes/);
    expect(() => decodeFrontier(-1, new Uint8Array())).toThrow(/integer from 0/);
    expect(() => decodeFrontier(2 ** 53, new Uint8Array(32))).toThrow(/integer from 0/);
  });

  it('does not modify the previous frontier, so a failed commit can be retried', () => {
    const leaves = leavesOf(9);
    const { after } = appendLeaves(emptyFrontier, leaves.slice(0, 7), sha256);
    const before = encodeFrontier(after);
    const first = appendLeaves(after, leaves.slice(7), sha256);
    expect(hex(encodeFrontier(after))).toBe(hex(before));
    expect(hex(appendLeaves(after, leaves.slice(7), sha256).root)).toBe(hex(first.root));
  });

  it('rejects a leaf that is not a hash', () => {
    expect(() => appendLeaves(emptyFrontier, [new Uint8Array(31)], sha256)).toThrow(/32 bytes/);
  });

  it('handles sizes beyond 2^32, where bit operations on numbers would wrap', () => {
    const size = 2 ** 40 + 255;
    const { after, filledTiles } = appendLeaves({ size, roots: leavesOf(9) }, leavesOf(1), sha256);
    expect(after.size).toBe(2 ** 40 + 256);
    expect(after.roots).toHaveLength(2);
    expect(filledTiles).toMatchObject([{ level: 0, index: 2 ** 32, storedWidth: 255 }]);
    const wide = appendLeaves({ size: 2 ** 33 - 1, roots: leavesOf(33) }, leavesOf(1), sha256);
    expect(wide.after.roots).toHaveLength(1);
  });
});
