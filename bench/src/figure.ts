/** Figures: medians of interleaved pairs, one JSON line each. */

import { loadavg } from 'node:os';

/** What the figure must reach: of its ratio unless `of` names another of its keys. */
export interface Bar {
  least?: number;
  most?: number;
  of?: string;
}

export interface Figure {
  name: string;
  value: number;
  unit: string;
  /** What bare Postgres, or the bare hash, needs for the same; null where there is nothing to compare with. */
  floor: number | null;
  ratio: number | null;
  bars?: Bar[];
  /** The least and the greatest ratio of a pair. */
  spread?: [least: number, greatest: number];
  [further: string]: unknown;
}

/** Prints the figure, with whether it reaches its bars and how busy the machine was. */
export function printFigure({ bars, ...figure }: Figure): void {
  const keys: Record<string, unknown> = figure;
  const met = bars?.every(({ least, most, of = 'ratio' }) => {
    const value = keys[of] as number;
    return value >= (least ?? -Infinity) && value <= (most ?? Infinity);
  });
  const line = { ...figure, ...(bars ? { bar: bars.map(describe).join(', '), met } : {}) };
  const load = loadavg()[0] ?? 0;
  process.stdout.write(`${JSON.stringify({ ...line, load }, (_key, value) => round(value))}\n`);
}

function describe({ least, most, of = 'ratio' }: Bar): string {
  return least === undefined ? `${of} <= ${most}` : `${of} >= ${least}`;
}

/** Four digits say all that a measurement on a shared machine can. */
function round(value: unknown): unknown {
  if (typeof value !== 'number' || Number.isInteger(value)) return value;
  return Number(value.toPrecision(4));
}

export interface Pairs<Ours> {
  floor: number;
  value: number;
  ratio: number;
  spread: [least: number, greatest: number];
  /** What each of our runs told, in order. */
  runs: Ours[];
}

/**
 * Measures floor and ours in turn, so that what else the machine does falls on both alike. The first pair warms up and
 * does not count.
 * @returns the medians of both and of the pairs' ratios
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

/** The value below which this share of all lies, interpolated. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const place = (sorted.length - 1) * share;
  const below = sorted[Math.floor(place)] ?? Number.NaN;
  const above = sorted[Math.ceil(place)] ?? Number.NaN;
  return below + (above - below) * (place - Math.floor(place));
}

/** Seconds that it takes. */
export async function timed(act: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await act();
  return (performance.now() - startedAt) / 1000;
}

/** Tells a person at the terminal how far it is; standard output is for figures. */
export function tell(what: string): void {
  process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${what}\n`);
}
