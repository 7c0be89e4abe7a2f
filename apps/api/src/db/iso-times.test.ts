import pg from 'pg';
import { expect, test } from 'vitest';
import { isoText } from './iso-times.ts';

const parseTime = pg.types.getTypeParser(pg.types.builtins.TIMESTAMPTZ) as (time: string) => Date;

test.each([
  '2026-01-31 09:30:00+00',
  '2026-01-31 09:30:00.1+00',
  '2026-01-31 09:30:00.12+00',
  '2026-01-31 09:30:00.123+00',
  '2026-01-31 09:30:00.12345+00',
  '2026-01-31 09:30:00.123+05:30',
  '2026-01-31 09:30:00-03',
  '0001-01-01 00:00:00+00',
  '9999-12-31 23:59:59.999+00',
  '0044-03-15 12:00:00+00 BC',
  '12026-01-31 09:30:00+00',
])('isoText agrees with Date: %s', (time) => {
  expect(isoText(time)).toBe(parseTime(time).toISOString());
});
