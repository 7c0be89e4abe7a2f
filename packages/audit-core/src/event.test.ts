import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { catalogue, rejection, unknownEvent } from '../test/support/sample-events.ts';

/** The event's occurredAt in normal form. */
function normalized(occurredAt: string): string {
  const checked = catalogue.check(unknownEvent({ occurredAt }));
  if (!checked.ok) throw new Error(`${occurredAt}: ${checked.error.message}`);
  return checked.event.occurredAt;
}

describe('occurredAt', () => {
  it.each([
    ['2026-01-31T09:30:00Z', '2026-01-31T09:30:00.000Z'],
    ['2026-01-31T09:30:00.1Z', '2026-01-31T09:30:00.100Z'],
    ['2026-01-31T09:30:00.123456Z', '2026-01-31T09:30:00.123Z'],
    ['2026-01-31T09:30:00.123999999Z', '2026-01-31T09:30:00.123Z'],
    ['2026-01-01T00:00:00+23:59', '2025-12-31T00:01:00.000Z'],
    ['2026-01-01T00:00:00-23:59', '2026-01-01T23:59:00.000Z'],
    ['2026-01-01T00:00:00-00:00', '2026-01-01T00:00:00.000Z'],
    ['2026-03-01T05:15:00+05:45', '2026-02-28T23:30:00.000Z'],
    ['2024-02-29T23:59:59.999-12:00', '2024-03-01T11:59:59.999Z'],
    ['1970-01-01T00:00:00Z', '1970-01-01T00:00:00.000Z'],
    ['1969-12-31T23:00:00-01:00', '1970-01-01T00:00:00.000Z'],
    ['9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z'],
  ])('%s is stored as %s', (sent, expected) => {
    expect(normalized(sent)).toBe(expected);
  });

  it('is converted to the same instant in UTC from any offset', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 86_400_000, max: 253_402_300_799_999 - 86_400_000 }),
        fc.integer({ min: -(23 * 60 + 59), max: 23 * 60 + 59 }),
        (ms, offsetMinutes) => {
          const local = new Date(ms + offsetMinutes * 60_000).toISOString().slice(0, -1);
          const size = Math.abs(offsetMinutes);
          const hours = String(Math.floor(size / 60)).padStart(2, '0');
          const minutes = String(size % 60).padStart(2, '0');
          const sent = `${local}${offsetMinutes < 0 ? '-' : '+'}${hours}:${minutes}`;
          expect(normalized(sent)).toBe(new Date(ms).toISOString());
        },
      ),
    );
  });

  it.each([
    ['a day that does not exist', '2026-02-30T00:00:00Z'],
    ['29 February outside a leap year', '2100-02-29T00:00:00Z'],
    ['31 April', '2026-04-31T00:00:00Z'],
    ['month 13', '2026-13-01T00:00:00Z'],
    ['day 0', '2026-01-00T00:00:00Z'],
    ['24:00', '2026-01-01T24:00:00Z'],
    ['a leap second', '2016-12-31T23:59:60Z'],
    ['no offset', '2026-01-01T00:00:00'],
    ['offset +24:00', '2026-01-01T00:00:00+24:00'],
    ['offset +00:60', '2026-01-01T00:00:00+00:60'],
    ['an offset without a colon', '2026-01-01T00:00:00+0100'],
    ['no time', '2026-01-01'],
    ['no T', '2026-01-01 00:00:00Z'],
    ['year 10000', '10000-01-01T00:00:00Z'],
    ['a signed year', '+010000-01-01T00:00:00Z'],
    ['a line feed', '2026-01-01T00:00:00Z\n'],
    ['words', 'yesterday'],
  ])('with %s is rejected, not rolled over', (_, occurredAt) => {
    expect(rejection(unknownEvent({ occurredAt }))).toMatchObject({
      path: '$.occurredAt',
      message: 'must be a valid ISO 8601 time with an offset, such as 2026-01-31T09:30:00.000Z',
    });
  });

  it.each([
    '0000-01-01T00:00:00Z',
    '0001-01-01T00:00:00Z',
    '1969-12-31T23:59:59.999Z',
    '1970-01-01T00:00:00+00:01',
    '9999-12-31T23:59:59.999-00:01',
    '9999-12-31T23:59:59-23:59',
  ])('%s is outside the years that sort as text', (occurredAt) => {
    expect(rejection(unknownEvent({ occurredAt }))).toMatchObject({
      path: '$.occurredAt',
      message: 'must be between the years 1970 and 9999 in UTC; check the date or the clock',
    });
  });

  it.each([1_769_851_800_000, null, true, {}, new Date(0)])('is a string, not %j', (occurredAt) => {
    expect(rejection(unknownEvent({ occurredAt })).path).toBe('$.occurredAt');
  });

  it('has a bounded number of digits', () => {
    const occurredAt = `2026-01-01T00:00:00.${'1'.repeat(100)}Z`;
    expect(rejection(unknownEvent({ occurredAt })).path).toBe('$.occurredAt');
  });
});

describe('context.ip', () => {
  it.each(['203.0.113.7', '::1', '2001:db8::7', '::ffff:203.0.113.7'])('may be %s', (ip) => {
    expect(catalogue.check(unknownEvent({ context: { ip } }))).toMatchObject({ ok: true });
  });

  it.each(['203.0.113.256', '203.0.113', 'localhost', '', '203.0.113.7:443', '[::1]'])(
    'is not %j',
    (ip) => {
      expect(rejection(unknownEvent({ context: { ip } })).path).toBe('$.context.ip');
    },
  );
});
