/** Compares stored tiles above level 0 with the roots of the tiles below. Level 0 is compared with the entries elsewhere. */

import { hashBytes, tileRoot, tileWidth } from '@liblab/audit-core/log';
import type { ClientBase } from 'pg';
import { sha256 } from '../trail/store/sha256.ts';
import type { Findings } from './findings.ts';

interface GrowingTile {
  /** The index of the next hash in the level. */
  next: number;
  /** Undefined for an unknown hash, because something below it is wrong. */
  hashes: (Uint8Array | undefined)[];
}

interface WholeTile {
  level: number;
  index: number;
  hashes: readonly (Uint8Array | undefined)[];
}

export class TileCheck {
  private readonly client: ClientBase;
  private readonly organizationId: string;
  private readonly findings: Findings;
  private readonly levels: GrowingTile[] = [];
  /** Tiles completed since the last comparison. */
  private whole: WholeTile[] = [];

  constructor(client: ClientBase, organizationId: string, findings: Findings) {
    this.client = client;
    this.organizationId = organizationId;
    this.findings = findings;
  }

  /** Adds a leaf that matches its tile; positions that do not match are skipped. */
  add(seq: number, leaf: Uint8Array): void {
    this.put(0, seq, leaf);
  }

  private put(level: number, index: number, hash: Uint8Array | undefined): void {
    const tile = (this.levels[level] ??= { next: 0, hashes: [] });
    // Skipped positions count as unknown.
    for (; tile.next < index; tile.next += 1) this.push(level, tile, undefined);
    this.push(level, tile, hash);
    tile.next += 1;
  }

  private push(level: number, tile: GrowingTile, hash: Uint8Array | undefined): void {
    tile.hashes.push(hash);
    if (tile.hashes.length < tileWidth) return;
    const { hashes } = tile;
    const index = (tile.next + 1) / tileWidth - 1;
    tile.hashes = [];
    if (level > 0) this.whole.push({ level, index, hashes });
    const known = hashes.every((each) => each !== undefined);
    this.put(level + 1, index, known ? tileRoot(Buffer.concat(hashes), sha256) : undefined);
  }

  async compareWithStored(): Promise<void> {
    for (const { level, index, hashes } of this.whole.splice(0)) {
      const { rows } = await this.client.query<{ hashes: Buffer }>(
        'select hashes from log_tiles where organization_id = $1 and level = $2 and index = $3',
        [this.organizationId, level, index],
      );
      const stored = rows[0]?.hashes;
      const agrees =
        stored?.length === tileWidth * hashBytes &&
        hashes.every(
          (hash, at) => !hash || stored.subarray(at * hashBytes, (at + 1) * hashBytes).equals(hash),
        );
      if (agrees) continue;
      const what = stored ? 'does not match the log' : 'is missing';
      const position = index * tileWidth ** (level + 1);
      this.findings.add('tile', position, `Tile ${index} of level ${level} ${what}.`);
    }
  }
}
