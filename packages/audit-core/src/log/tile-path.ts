/** Paths of tiles and entry bundles (C2SP tlog-tiles), relative to a log's prefix. */

import { LogError } from './log-error.ts';
import { requirePosition } from './subtree.ts';
import { tileWidth } from './tile.ts';

/** The tile or entry bundle that a path identifies. */
export interface TilePath {
  /** 0 to 63 for hashes, or `entries` for the bundle under a tile of level 0. */
  readonly level: number | 'entries';
  readonly index: number;
  /** 256 when full, otherwise 1 to 255. */
  readonly width: number;
}

const levelMax = 63;
const form = /^tile\/(entries|0|[1-9]\d?)\/((?:x\d{3}\/){0,5}\d{3})(?:\.p\/([1-9]\d{0,2}))?$/;

/**
 * Formats `tile/<L>/<N>[.p/<W>]` or `tile/entries/<N>[.p/<W>]`, with N in groups of three digits, all but the last
 * prefixed by an x.
 * @throws LogError `out_of_range` on an invalid level, index or width
 */
export function formatTilePath({ level, index, width }: TilePath): string {
  if (level !== 'entries' && (!Number.isInteger(level) || level < 0 || level > levelMax)) {
    throw new LogError('out_of_range', `The level of a tile must be 0 to ${levelMax}.`);
  }
  requirePosition(index, 'index');
  if (!Number.isInteger(width) || width < 1 || width > tileWidth) {
    throw new LogError('out_of_range', `The width of a tile must be 1 to ${tileWidth}.`);
  }
  let number = lastGroup(index);
  for (let rest = Math.floor(index / 1000); rest > 0; rest = Math.floor(rest / 1000)) {
    number = `x${lastGroup(rest)}/${number}`;
  }
  return `tile/${level}/${number}${width === tileWidth ? '' : `.p/${width}`}`;
}

/**
 * Parses a path. Accepts only the canonical path of a tile: no leading groups of zeroes, no width of 0 or 256.
 * @throws LogError `malformed`
 */
export function parseTilePath(path: string): TilePath {
  const [, level, groups, width] = form.exec(path) ?? [];
  if (level === undefined || groups === undefined) throw malformed();
  const tile: TilePath = {
    level: level === 'entries' ? level : Number(level),
    index: Number(groups.replaceAll(/[x/]/g, '')),
    width: width === undefined ? tileWidth : Number(width),
  };
  if (!Number.isSafeInteger(tile.index) || tile.width > tileWidth) throw malformed();
  if (tile.level !== 'entries' && tile.level > levelMax) throw malformed();
  if (formatTilePath(tile) !== path) throw malformed();
  return tile;
}

function lastGroup(number: number): string {
  return String(number % 1000).padStart(3, '0');
}

function malformed(): LogError {
  return new LogError('malformed', 'The path is not the path of a tile or an entry bundle.');
}
