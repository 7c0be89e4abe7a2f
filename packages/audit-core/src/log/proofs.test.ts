/// <reference types="node" />
import { hash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { proveConsistency, verifyConsistency, type Consistency } from './consistency-proof.ts';
import { appendLeaves, emptyFrontier, frontierRoot } from './frontier.ts';
import { readFrontier, readHashesFromTiles } from './hash-reader.ts';
import { leafHash, type Sha256 } from './hashing.ts';
import { proveInclusion, verifyInclusion, type Inclusion } from './inclusion-proof.ts';
import { tileRoot, type TileId } from './tile.ts';

// Many hashes, on a machine that may be busy.
vi.setConfig({ testTimeout: 30_000 });

const sha256: Sha256 = (bytes) => hash('sha256', bytes, 'buffer');
const leaves = Array.from({ length: 66_000 }, (_, seq) => leafHash(Buffer.from(`${seq}`), sha256));
// A frontier for each thousandth size, so that no root costs more than a thousand leaves.
const frontiers = [emptyFrontier];
for (let from = 0; from < leaves.length; from += 1000) {
  frontiers.push(appendLeaves(frontiers.at(-1)!, leaves.slice(from, from + 1000), sha256).after);
}
function rootAt(size: number): Uint8Array {
  const near = frontiers[Math.floor(size / 1000)]!;
  return appendLeaves(near, leaves.slice(near.size, size), sha256).root;
}

const levels: Uint8Array[][] = [leaves];
for (let level = 0; levels[level]!.length >= 256; level += 1) {
  const hashes = levels[level]!;
  levels.push(
    Array.from({ length: Math.floor(hashes.length / 256) }, (_, index) =>
      tileRoot(Buffer.concat(hashes.slice(index * 256, (index + 1) * 256)), sha256),
    ),
  );
}
const readTile = ({ level, index, width }: TileId) =>
  Buffer.concat(levels[level]!.slice(index * 256, index * 256 + width));
const readHashes = (size: number) =>
  readHashesFromTiles(size, async (tiles) => tiles.map(readTile), sha256);

const flip = (bytes: Uint8Array, bit: number) => {
  const flipped = Uint8Array.from(bytes);
  flipped[(bit >> 3) % bytes.length]! ^= 1 << (bit & 7);
  return flipped;
};
const flipOne = (hashes: readonly Uint8Array[], which: number, bit: number) =>
  hashes.map((at, place) => (place === which % hashes.length ? flip(at, bit) : at));
const without = (hashes: readonly Uint8Array[], which: number) =>
  hashes.filter((_, place) => place !== which % hashes.length);

const size = fc.oneof(
  fc.integer({ min: 1, max: 600 }),
  fc.constantFrom(65_535, 65_536, 65_537, 66_000),
);
const pair = fc
  .tuple(size, fc.nat())
  .map(([large, pick]) => ({ large, small: 1 + (pick % large) }));
const bit = fc.nat(255);

describe('inclusion proofs', () => {
  it('verify for every position of every size up to 40', async () => {
    for (let large = 1; large <= 40; large += 1) {
      const root = rootAt(large);
      for (let index = 0; index < large; index += 1) {
        const proven = await proveInclusion(
          { index, size: large, root },
          readHashes(large),
          sha256,
        );
        expect(Buffer.from(proven.leafHash).equals(leaves[index]!)).toBe(true);
      }
    }
  });

  it('fail with any bit of leaf, proof or root flipped, at another position, shorter or longer', async () => {
    await fc.assert(
      fc.asyncProperty(pair, fc.nat(), bit, async ({ large, small }, which, at) => {
        const index = small - 1;
        const root = rootAt(large);
        const good = await proveInclusion({ index, size: large, root }, readHashes(large), sha256);
        const { proof } = good;
        const bad: Inclusion[] = [
          { ...good, leafHash: flip(good.leafHash, at) },
          { ...good, root: flip(root, at) },
          { ...good, index: index + 1 },
        ];
        if (proof.length > 0) {
          bad.push({ ...good, proof: flipOne(proof, which, at) });
          bad.push({ ...good, proof: without(proof, which) });
        }
        expect(() => verifyInclusion(good, sha256)).not.toThrow();
        expect(() => verifyInclusion({ ...good, proof: [...proof, leaves[0]!] }, sha256)).toThrow(
          expect.objectContaining({ code: 'malformed' }),
        );
        for (const each of bad) {
          expect(() => verifyInclusion(each, sha256)).toThrow(
            expect.objectContaining({ name: 'LogError' }),
          );
        }
      }),
      { numRuns: 40 },
    );
  });

  it('fail for the root of a smaller tree, although the hashes lead to it', async () => {
    const { proof } = await proveInclusion(
      { index: 0, size: 2, root: rootAt(2) },
      readHashes(2),
      sha256,
    );
    const smaller = { index: 0, size: 4, leafHash: leaves[0]!, proof, root: rootAt(2) };
    expect(() => verifyInclusion(smaller, sha256)).toThrow(/too short/);
  });

  it('are not created from a rewritten tile, even if only a neighbour changed', async () => {
    const forging = (what: number) =>
      readHashesFromTiles(
        300,
        async (tiles) =>
          tiles.map((id) =>
            id.level === 0 && id.index === 0 ? flip(readTile(id), what * 256) : readTile(id),
          ),
        sha256,
      );
    for (const what of [5, 4, 200]) {
      await expect(
        proveInclusion({ index: 5, size: 300, root: rootAt(300) }, forging(what), sha256),
      ).rejects.toThrow(expect.objectContaining({ code: 'mismatch' }));
    }
  });

  it('need one read, of each tile once', async () => {
    const requested: string[] = [];
    let calls = 0;
    const counting = readHashesFromTiles(
      66_000,
      async (tiles) => {
        calls += 1;
        requested.push(...tiles.map(({ level, index }) => `${level}/${index}`));
        return tiles.map(readTile);
      },
      sha256,
    );
    await proveInclusion({ index: 65_600, size: 66_000, root: rootAt(66_000) }, counting, sha256);
    expect(calls).toBe(1);
    expect(new Set(requested).size).toBe(requested.length);
  });
});

describe('consistency proofs', () => {
  it('verify between all pairs of sizes up to 24', async () => {
    for (let newSize = 1; newSize <= 24; newSize += 1) {
      for (let oldSize = 1; oldSize <= newSize; oldSize += 1) {
        const trees = { oldSize, oldRoot: rootAt(oldSize), newSize, newRoot: rootAt(newSize) };
        const proven = await proveConsistency(trees, readHashes(newSize), sha256);
        expect(proven.proof.length === 0).toBe(oldSize === newSize);
      }
    }
  });

  it('fail with any bit of proof or roots flipped, for other sizes, shorter or longer', async () => {
    await fc.assert(
      fc.asyncProperty(pair, fc.nat(), bit, async ({ large, small }, which, at) => {
        const trees = {
          oldSize: small,
          oldRoot: rootAt(small),
          newSize: large,
          newRoot: rootAt(large),
        };
        const good = await proveConsistency(trees, readHashes(large), sha256);
        const { proof } = good;
        const bad: Consistency[] = [
          { ...good, oldRoot: flip(good.oldRoot, at) },
          { ...good, newRoot: flip(good.newRoot, at) },
          { ...good, oldSize: 0 },
          { ...good, oldSize: large + 1 },
        ];
        if (proof.length > 0) {
          bad.push({ ...good, proof: flipOne(proof, which, at) });
          bad.push({ ...good, proof: without(proof, which) });
          bad.push({ ...good, oldRoot: good.newRoot, newRoot: good.oldRoot });
        }
        expect(() => verifyConsistency({ ...good, proof: [...proof, leaves[0]!] }, sha256)).toThrow(
          expect.objectContaining({ code: 'malformed' }),
        );
        for (const each of bad) {
          expect(() => verifyConsistency(each, sha256)).toThrow(
            expect.objectContaining({ name: 'LogError' }),
          );
        }
      }),
      { numRuns: 40 },
    );
  });

  it('fail for the new root of a smaller tree, although the hashes lead to it', async () => {
    const trees = { oldSize: 2, oldRoot: rootAt(2), newSize: 4, newRoot: rootAt(4) };
    const good = await proveConsistency(trees, readHashes(4), sha256);
    expect(() => verifyConsistency({ ...good, newSize: 8 }, sha256)).toThrow(/too short/);
  });

  it('are rejected from the empty tree, which every tree extends', () => {
    const empty = { oldSize: 0, oldRoot: rootAt(0), newSize: 0, newRoot: rootAt(0), proof: [] };
    expect(() => verifyConsistency(empty, sha256)).toThrow(
      expect.objectContaining({ code: 'out_of_range' }),
    );
  });
});

describe('the frontier read from tiles', () => {
  it('equals the one that grew leaf by leaf', async () => {
    for (const at of [0, 1, 255, 256, 257, 65_536, 65_999]) {
      const frontier = await readFrontier(at, readHashes(at));
      expect(Buffer.from(frontierRoot(frontier, sha256)).equals(rootAt(at)), `${at}`).toBe(true);
      const { root } = appendLeaves(frontier, leaves.slice(at, at + 1), sha256);
      expect(Buffer.from(root).equals(rootAt(at + 1)), `${at} + 1`).toBe(true);
    }
  });

  it('is not read beyond the tree', async () => {
    await expect(readFrontier(301, readHashes(300))).rejects.toThrow(
      expect.objectContaining({ code: 'out_of_range' }),
    );
  });
});
