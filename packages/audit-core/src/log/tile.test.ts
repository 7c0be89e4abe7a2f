/// <reference types="node" />
import { hash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { appendLeaves, emptyFrontier, type FilledTile, type Frontier } from './frontier.ts';
import { leafHash, type Sha256 } from './hashing.ts';
import {
  completedTiles,
  partialTiles,
  tileBytes,
  tileRoot,
  widthOfTile,
  type Tile,
} from './tile.ts';

// Many hashes, on a machine that may be busy.
vi.setConfig({ testTimeout: 30_000 });

const sha256: Sha256 = (bytes) => hash('sha256', bytes, 'buffer');
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const nameOf = ({ level, index }: { level: number; index: number }) => `${level}/${index}`;

const leaves = Array.from({ length: 66_000 }, (_, seq) => leafHash(Buffer.from(`${seq}`), sha256));

/** What a database holds: leaf hashes by position and full tiles by name. */
class Store {
  frontier: Frontier = emptyFrontier;
  readonly tiles = new Map<string, Tile>();
  reads = 0;

  async append(count: number): Promise<void> {
    const added = leaves.slice(this.frontier.size, this.frontier.size + count);
    const append = appendLeaves(this.frontier, added, sha256);
    for (const tile of await completedTiles(append, (id) => this.read(id), sha256)) {
      this.tiles.set(nameOf(tile), tile);
    }
    this.frontier = append.after;
  }

  async read({ level, index, storedWidth }: FilledTile): Promise<Uint8Array> {
    this.reads += 1;
    const places = Array.from({ length: storedWidth }, (_, place) => index * 256 + place);
    return Buffer.concat(
      places.map((at) => {
        if (level === 0) {
          expect(at).toBeLessThan(this.frontier.size);
          return leaves[at]!;
        }
        return tileRoot(this.tiles.get(nameOf({ level: level - 1, index: at }))!.hashes, sha256);
      }),
    );
  }
}

/** The tiles by their definition, from all leaves at once. */
function tilesFromScratch(size: number): Map<string, string> {
  const tiles = new Map<string, string>();
  let hashes = leaves.slice(0, size);
  for (let level = 0; hashes.length >= 256; level += 1) {
    const roots: Uint8Array[] = [];
    for (let index = 0; (index + 1) * 256 <= hashes.length; index += 1) {
      const tile = Buffer.concat(hashes.slice(index * 256, (index + 1) * 256));
      tiles.set(nameOf({ level, index }), hex(tile));
      roots.push(tileRoot(tile, sha256));
    }
    hashes = roots;
  }
  return tiles;
}

const asHex = (tiles: ReadonlyMap<string, Tile>) =>
  new Map([...tiles].map(([name, { hashes }]) => [name, hex(hashes)]));

describe('completed tiles', () => {
  it('equal those built from scratch, for any split into commits', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 1, maxLength: 6 }),
        async (counts) => {
          const store = new Store();
          for (const count of counts) await store.append(count);
          expect(asHex(store.tiles)).toEqual(tilesFromScratch(store.frontier.size));
        },
      ),
      { numRuns: 30 },
    );
  });

  it('reach the second level, from commits that fill tiles partly and across its edge', async () => {
    const store = new Store();
    for (let size = 0; size < 65_000; size += 1000) await store.append(1000);
    await store.append(537);
    await store.append(463);
    expect(store.tiles.get('1/0')?.hashes).toHaveLength(tileBytes);
    expect(asHex(store.tiles)).toEqual(tilesFromScratch(66_000));
    for (const { hashes, root } of store.tiles.values()) {
      expect(hex(tileRoot(hashes, sha256))).toBe(hex(root));
    }
  });

  it('are right for one append that fills two tiles of the second level', async () => {
    const many = [...leaves, ...leaves].slice(0, 131_072);
    const append = appendLeaves(emptyFrontier, many, sha256);
    const tiles = await completedTiles(append, () => Promise.reject(new Error('read')), sha256);
    expect(tiles).toHaveLength(514);
    for (const { hashes, root } of tiles) expect(hex(tileRoot(hashes, sha256))).toBe(hex(root));
  });

  it('read nothing unless an append fills a tile that an earlier commit began', async () => {
    const store = new Store();
    await store.append(512);
    for (let size = 512; size < 767; size += 1) await store.append(1);
    expect(store.reads).toBe(0);
    await store.append(1);
    expect(store.reads).toBe(1);
  });

  it('are never built from changed stored hashes', async () => {
    const store = new Store();
    await store.append(255);
    const append = appendLeaves(store.frontier, leaves.slice(255, 256), sha256);
    const forged = Buffer.concat(leaves.slice(0, 255));
    forged[100]! ^= 1;
    await expect(completedTiles(append, async () => forged, sha256)).rejects.toThrow(
      expect.objectContaining({ code: 'mismatch' }),
    );
    await expect(completedTiles(append, async () => forged.subarray(32), sha256)).rejects.toThrow(
      expect.objectContaining({ code: 'malformed' }),
    );
  });
});

describe('partial tiles', () => {
  it('of 70,000 entries match the example of the specification', () => {
    expect(partialTiles(70_000)).toEqual([
      { level: 0, index: 273, width: 112 },
      { level: 1, index: 1, width: 17 },
      { level: 2, index: 0, width: 1 },
    ]);
    expect(partialTiles(256)).toEqual([{ level: 1, index: 0, width: 1 }]);
    expect(partialTiles(0)).toEqual([]);
  });

  it('never have width 0 or 256, and are as wide as the tree makes them', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), (size) => {
        for (const { level, index, width } of partialTiles(size)) {
          expect(width).toBeGreaterThan(0);
          expect(width).toBeLessThan(256);
          expect(widthOfTile(size, level, index)).toBe(width);
          expect(widthOfTile(size, level, index + 1)).toBe(0);
          if (index > 0) expect(widthOfTile(size, level, index - 1)).toBe(256);
        }
      }),
    );
  });
});
