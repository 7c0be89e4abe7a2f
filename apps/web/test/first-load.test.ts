/** The JavaScript that a browser downloads to show `/audit-trails` stays within its budget. */

import { expect, test } from 'vitest';
import { measureFirstLoad } from './support/first-load.ts';

const bytesMax = 250_000;

test('the first load of /audit-trails is at most 250 KB of JavaScript, gzipped', () => {
  const bytes = measureFirstLoad();
  process.stdout.write(
    `${JSON.stringify({ name: 'first load of /audit-trails, JavaScript gzip', value: bytes, unit: 'bytes', floor: null, ratio: null })}\n`,
  );
  expect(bytes).toBeGreaterThan(50_000);
  expect(bytes).toBeLessThanOrEqual(bytesMax);
});
