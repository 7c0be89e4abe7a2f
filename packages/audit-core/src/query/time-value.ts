/** Times of a query: ISO 8601 dates and times, and times relative to now. */

import type { QueryTime } from './query.ts';
import { instantInZone } from './zone-time.ts';

/** What `after:` and `before:` take, for messages. */
export const timeHint =
  'Write a date (2026-01-31), a time (2026-01-31T09:30, 2026-01-31T09:30:00.000Z), or now-1d with s, m, h, d or w.';

/** The years 1 to 9999, which Postgres and every client can hold. */
const firstMs = Date.parse('0001-01-01T00:00:00.000Z');
const lastMs = Date.parse('9999-12-31T23:59:59.999Z');

const unitMs = { w: 604_800_000, d: 86_400_000, h: 3_600_000, m: 60_000, s: 1_000 } as const;
const agoMaxMs = 100 * 366 * unitMs.d;

/**
 * A date is the start of its day. Dates and times without an offset are of `zone`. Answers the problem, a clause, when
 * the text is not a time.
 */
export function parseTime(text: string, zone: string): QueryTime | { problem: string } {
  const relative = /^now(?:-(\d{1,9})([smhdw]))?$/.exec(text);
  if (relative) return parseAgo(relative[1], relative[2]);
  const match =
    /^(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,3}))?)?(Z|[+-]\d\d:\d\d)?)?$/.exec(
      text,
    );
  if (!match) return { problem: 'is not a time' };
  const [, year, month, day, hour = '00', minute = '00', second = '00', fraction = ''] = match;
  const utcText = `${year}-${month}-${day}T${hour}:${minute}:${second}.${fraction.padEnd(3, '0')}Z`;
  const utcMs = Date.parse(utcText);
  // Date.parse takes the 30th of February for the 2nd of March, and 24:00 for the next day.
  if (Number.isNaN(utcMs) || new Date(utcMs).toISOString() !== utcText) {
    return { problem: 'is a time that does not exist' };
  }
  const offsetMs = parseOffset(match[8]);
  if (offsetMs === undefined) return { problem: 'has an offset that does not exist' };
  const ms = match[8] ? utcMs - offsetMs : instantInZone(utcMs, zone);
  if (ms < firstMs || ms > lastMs) return { problem: 'lies outside the years 1 to 9999' };
  return { kind: 'instant', ms };
}

/** In UTC and with its offset, so that it means the same in every zone; without seconds where they are zero. */
export function printTime({ kind, ms }: QueryTime): string {
  if (kind === 'instant') {
    return new Date(ms).toISOString().replace(/(?::00)?\.000Z$/, 'Z');
  }
  if (ms === 0) return 'now';
  const [unit, size] = Object.entries(unitMs).find(([, size]) => ms % size === 0) ?? ['s', 1_000];
  return `now-${ms / size}${unit}`;
}

function parseAgo(amount = '0', unit = 's'): QueryTime | { problem: string } {
  const ms = Number(amount) * unitMs[unit as keyof typeof unitMs];
  if (ms > agoMaxMs) return { problem: 'lies more than 100 years back' };
  return { kind: 'ago', ms };
}

function parseOffset(text: string | undefined): number | undefined {
  if (text === undefined || text === 'Z') return 0;
  const [hours, minutes] = [Number(text.slice(1, 3)), Number(text.slice(4))];
  if (hours > 23 || minutes > 59) return undefined;
  return (text.startsWith('-') ? -1 : 1) * (hours * unitMs.h + minutes * unitMs.m);
}
