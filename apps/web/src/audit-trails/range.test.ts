import { describe, expect, test } from 'vitest';
import {
  freezeRange,
  toInstant,
  isTime,
  parseRelative,
  resolveRange,
  resolveTime,
} from './range.ts';

const now = Date.parse('2026-03-10T12:00:00.000Z');

describe('a time in the address', () => {
  test('is relative: the same text means a different instant later', () => {
    expect(resolveTime('now-7d', now)).toBe('2026-03-03T12:00:00.000Z');
    expect(resolveTime('now-7d', now + 3_600_000)).toBe('2026-03-03T13:00:00.000Z');
    expect(resolveTime('now-90m', now)).toBe('2026-03-10T10:30:00.000Z');
    expect(resolveTime('now-2w', now)).toBe('2026-02-24T12:00:00.000Z');
  });

  test('can be an instant in any time zone and is resolved to UTC', () => {
    expect(resolveTime('2026-03-01T10:00+02:00', now)).toBe('2026-03-01T08:00:00.000Z');
  });

  test.each([
    '',
    'yesterday',
    'now-',
    'now+1d',
    'now-1y',
    'now-99999d',
    '2026-03-01',
    '2026-13-01T00:00Z',
    '2026-03-01T10:00',
    'javascript:alert(1)',
  ])('is rejected when it is invalid: %s', (text) => expect(isTime(text)).toBe(false));

  test('has a count and a unit', () => {
    expect(parseRelative('now-24h')).toEqual({ count: 24, unit: 'h' });
    expect(parseRelative('now')).toBeUndefined();
  });
});

describe('a range', () => {
  test('that ends now is left open, so that new events match', () => {
    expect(resolveRange({ from: 'now-24h', to: 'now' }, now)).toEqual({
      from: '2026-03-09T12:00:00.000Z',
    });
    expect(resolveRange({}, now)).toEqual({});
  });

  test('that is frozen selects the same events tomorrow', () => {
    const frozen = freezeRange({ from: 'now-24h' }, now);
    expect(frozen).toEqual({ from: '2026-03-09T12:00:00.000Z', to: '2026-03-10T12:00:00.000Z' });
    expect(resolveRange(frozen, now + 86_400_000)).toEqual(frozen);
  });
});

test('a wall-clock time is read in the given time zone', () => {
  expect(toInstant('2026-01-31', '09:30', true)).toBe('2026-01-31T09:30:00.000Z');
  expect(toInstant('2026-01-31', '09:30', false)).toBe(new Date(2026, 0, 31, 9, 30).toISOString());
  expect(toInstant('2026-01-31', '', true)).toBeUndefined();
  expect(toInstant('2026-02-31', '25:00', true)).toBeUndefined();
});
