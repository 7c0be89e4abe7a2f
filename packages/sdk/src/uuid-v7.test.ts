import { expect, test } from 'vitest';
import { createUuidV7 } from './uuid-v7.ts';

const v7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

test('ids contain the time and increase with every call, even when the clock steps back', () => {
  let now = 0x01_7f_22_e2_79_b0;
  const next = createUuidV7(() => now);
  const ids = [next()];
  expect(ids[0]).toMatch(/^017f22e2-79b0-7/);
  // Overflows the counter within one millisecond, then steps the clock back by an hour.
  for (let n = 0; n < 10_000; n += 1) ids.push(next());
  now -= 3_600_000;
  for (let n = 0; n < 10_000; n += 1) ids.push(next());
  now += 7_200_000;
  ids.push(next());
  for (const id of ids) expect(id).toMatch(v7);
  for (let n = 1; n < ids.length; n += 1)
    expect((ids[n] as string) > (ids[n - 1] as string)).toBe(true);
  expect(Number.parseInt((ids.at(-1) as string).replace('-', '').slice(0, 12), 16)).toBe(now);
});

test('two generators create distinct ids', () => {
  const clock = () => 1_000;
  const [a, b] = [createUuidV7(clock), createUuidV7(clock)];
  const ids = Array.from({ length: 2_000 }, (_, n) => (n % 2 ? a() : b()));
  expect(new Set(ids).size).toBe(ids.length);
});
