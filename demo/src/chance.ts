/** A seeded random generator, so the demo has the same events every time. */

export interface Chance {
  /** True with the probability `p`. */
  is(p: number): boolean;
  /** A whole number from `min` to `max`, both included. */
  whole(min: number, max: number): number;
  one<Item>(items: readonly Item[]): Item;
  /** Some of the items, in their order. */
  some<Item>(items: readonly Item[], count: number): Item[];
  hex(chars: number): string;
}

/** Seeded by any 32-bit number; the generator is Tommy Ettinger's mulberry32. */
export function createChance(seed: number): Chance {
  let state = seed;
  function next(): number {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
  const whole = (min: number, max: number) => min + Math.floor(next() * (max - min + 1));
  return {
    is: (p) => next() < p,
    whole,
    one: <Item>(items: readonly Item[]) => items[whole(0, items.length - 1)] as Item,
    some<Item>(items: readonly Item[], count: number) {
      const left = new Set(items.keys());
      while (left.size > count) left.delete([...left][whole(0, left.size - 1)] as number);
      return items.filter((_, index) => left.has(index));
    },
    hex: (chars) => Array.from({ length: chars }, () => whole(0, 15).toString(16)).join(''),
  };
}
