/** Times as people read them, in the browser's zone or in UTC. */

import { locale, messages } from '../messages.ts';

const formats = new Map<string, Intl.DateTimeFormat>();

function format(name: string, utc: boolean, options: Intl.DateTimeFormatOptions) {
  const key = `${name}/${utc}`;
  let found = formats.get(key);
  if (!found) {
    found = new Intl.DateTimeFormat(locale, { ...options, ...(utc ? { timeZone: 'UTC' } : {}) });
    formats.set(key, found);
  }
  return found;
}

const clock = { hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false } as const;

/** `14:39:12` */
export const formatClock = (at: Date, utc: boolean) => format('clock', utc, clock).format(at);

/** `14:39:12.218` */
export const formatExactClock = (at: Date, utc: boolean) =>
  format('exact', utc, { ...clock, fractionalSecondDigits: 3 }).format(at);

/** `12 Nov`, with the year when it is not this one. */
export function formatDay(at: Date, utc: boolean, now: number): string {
  const year = format('year', utc, { year: 'numeric' });
  return year.format(at) === year.format(now)
    ? format('day', utc, { day: 'numeric', month: 'short' }).format(at)
    : format('date', utc, { day: 'numeric', month: 'short', year: 'numeric' }).format(at);
}

/** `Wed 18 Nov 2026, 14:36:05.218` */
export const formatExact = (at: Date, utc: boolean) =>
  format('full', utc, {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    ...clock,
    fractionalSecondDigits: 3,
  })
    .format(at)
    .replace(/^(\w+),/, '$1');

/** `18 Nov, 14:36` */
export const formatMinute = (at: Date, utc: boolean, now: number) =>
  `${formatDay(at, utc, now)}, ${formatClock(at, utc).slice(0, 5)}`;

/** `2 min ago`; a time to come (a clock that runs fast) says so. */
export function formatRelative(at: Date, now: number): string {
  const seconds = Math.round((now - at.getTime()) / 1000);
  const { time } = messages;
  if (seconds < -60) return time.later;
  if (seconds < 60) return time.justNow;
  if (seconds < 3_600) return time.minutes(Math.floor(seconds / 60));
  if (seconds < 86_400) return time.hours(Math.floor(seconds / 3_600));
  return time.days(Math.floor(seconds / 86_400));
}

/** What stands under the relative time: the time of today, else the day and the time. */
export function formatUnder(at: Date, utc: boolean, now: number): string {
  const recent = Math.abs(now - at.getTime()) < 43_200_000;
  return recent
    ? formatClock(at, utc)
    : `${formatDay(at, utc, now)}, ${formatClock(at, utc).slice(0, 5)}`;
}

/** `213 ms`, `4 s`, `12 min`, `3 h`, `2 days` */
export function formatDuration(durationMs: number): string {
  const { drawer } = messages;
  if (durationMs < 1_000) return drawer.milliseconds(Math.round(durationMs));
  if (durationMs < 60_000) return drawer.seconds(Math.round(durationMs / 1_000));
  if (durationMs < 3_600_000) {
    const seconds = Math.round(durationMs / 1_000);
    return drawer.minutes(Math.floor(seconds / 60), seconds % 60);
  }
  if (durationMs < 172_800_000) return drawer.hours(Math.round(durationMs / 3_600_000));
  return drawer.daysLong(Math.round(durationMs / 86_400_000));
}

/** Days of retention in words: whole months from two on. */
export function formatRetention(days: number): string {
  const months = Math.round(days / 30.4);
  return days >= 60 && Math.abs(months * 30.4 - days) < 6
    ? messages.trail.months(months)
    : messages.trail.days(days);
}
