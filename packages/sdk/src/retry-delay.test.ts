import { expect, test } from 'vitest';
import { backoffMs, retryAfterMs } from './retry-delay.ts';

test('the wait is random below a bound that doubles up to its maximum', () => {
  const bounds = { minMs: 100, maxMs: 10_000 };
  expect(backoffMs(1, bounds, 0)).toBe(0);
  const halves = [1, 2, 3, 8, 5_000].map((failures) => backoffMs(failures, bounds, 0.5));
  expect(halves).toEqual([50, 100, 200, 5_000, 5_000]);
});

test('Retry-After is parsed as seconds or any of the three HTTP date formats', () => {
  const now = Date.UTC(1994, 10, 6, 8, 49, 0);
  expect(retryAfterMs('7', now)).toBe(7_000);
  expect(retryAfterMs(' 0 ', now)).toBe(0);
  expect(retryAfterMs('Sun, 06 Nov 1994 08:49:37 GMT', now)).toBe(37_000);
  expect(retryAfterMs('Sunday, 06-Nov-94 08:49:37 GMT', now)).toBe(37_000);
  expect(retryAfterMs('Sun Nov  6 08:49:37 1994 GMT', now)).toBe(37_000);
  expect(retryAfterMs('Sun, 06 Nov 1994 08:00:00 GMT', now)).toBe(0);
  for (const unreadable of [undefined, '', '-5', '2.5', 'soon', 'NaN']) {
    expect(retryAfterMs(unreadable, now)).toBeUndefined();
  }
});
