/** Figures: medians of interleaved pairs, one JSON line each. */

import { loadavg } from 'node:os';

/** A limit that the figure must meet, for its ratio or for the key `of`. */
export interface Bar {
  min?: number;
  max?: number;
  of?: string;
}

export interface Figure {
  name: string;
  value: number;
  unit: string;
  /** The same work done by bare Postgres or bare hashing; null when there is no comparison. */
  floor: number | null;
  ratio: number | null;
  bars?: Bar[];
  /** The lowest and highest ratio of a pair. */
  spread?: [lowest: number, highest: number];
  [further: string]: unknown;
}

/** Prints the figure, whether it meets its bars, and the load of the machine. */
export function printFigure({ bars, ...figure }: Figure): void {
  const keys: Record<string, unknown> = figure;
  const met = bars?.every(({ min, max, of = 'ratio' }) => {
    const value = keys[of] as number;
    return value >= (min ?? -Infinity) && value <= (max ?? Infinity);
  });
  const line = { ...figure, ...(bars ? { bar: bars.map(describe).join(', '), met } : {}) };
  const load = loadavg()[0] ?? 0;
  process.stdout.write(`${JSON.stringify({ ...line, load }, (_key, value) => round(value))}\n`);
}

function describe({ min, max, of = 'ratio' }: Bar): string {
  return min === undefined ? `${of} <= ${max}` : `${of} >= ${min}`;
}

/** Measurements on a shared machine are not precise beyond four digits. */
function round(value: unknown): unknown {
  if (typeof value !== 'number' || Number.isInteger(value)) return value;
  return Number(value.toPrecision(4));
}

export interface Pairs<Ours> {
  floor: number;
  value: number;
  ratio: number;
  spread: [lowest: number, highest: number];
  /** The results of our runs, in order. */
  runs: Ours[];
}

/**
 * Measures the floor and our code in turn, so that other load on the machine affects both equally. The first pair is a
 * warm-up and is not counted.
 * @returns the medians of both, and of the pairs' ratios
 */
export async function measurePairs<Ours extends { value: number }>(
  floor: () => Promise<number>,
  ours: () => Promise<Ours>,
  count = 5,
): Promise<Pairs<Ours>> {
  const pairs: { floor: number; ours: Ours }[] = [];
  for (let pair = -1; pair < count; pair += 1) {
    const both = { floor: await floor(), ours: await ours() };
    if (pair >= 0) pairs.push(both);
  }
  const ratios = pairs.map((pair) => pair.ours.value / pair.floor);
  return {
    floor: median(pairs.map((pair) => pair.floor)),
    value: median(pairs.map((pair) => pair.ours.value)),
    ratio: median(ratios),
    spread: [Math.min(...ratios), Math.max(...ratios)],
    runs: pairs.map((pair) => pair.ours),
  };
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** The interpolated value below which this share of the values is. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const place = (sorted.length - 1) * share;
  const below = sorted[Math.floor(place)] ?? Number.NaN;
  const above = sorted[Math.ceil(place)] ?? Number.NaN;
  return below + (above - below) * (place - Math.floor(place));
}

/** The seconds that an action takes. */
export async function timed(act: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await act();
  return (performance.now() - startedAt) / 1000;
}

/** Prints progress to stderr, since stdout is for figures. */
export function printProgress(text: string): void {
  process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${text}\n`);
}
