/** Formats times for people, in the browser's time zone or in UTC. */

import { locale } from '../locale.ts';
import { messages } from '../messages.ts';

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

/** The name of the time zone with its offset at `now`: `UTC`, or `Europe/Berlin (UTC+1)`. */
export function formatZone(utc: boolean, now: number): string {
  const { timeZone } = new Intl.DateTimeFormat(
    locale,
    utc ? { timeZone: 'UTC' } : {},
  ).resolvedOptions();
  if (timeZone === 'UTC') return timeZone;
  const offset = format('offset', false, { timeZoneName: 'shortOffset' })
    .formatToParts(now)
    .find(({ type }) => type === 'timeZoneName')
    ?.value.replace('GMT', 'UTC');
  return `${timeZone} (${offset})`;
}

/** `14:39:12` */
export const formatClock = (at: Date, utc: boolean) => format('clock', utc, clock).format(at);

/** `14:39:12.218` */
export const formatExactClock = (at: Date, utc: boolean) =>
  format('exact', utc, { ...clock, fractionalSecondDigits: 3 }).format(at);

/** `12 Nov`, or `12 Nov 2025` in another year than `now`. */
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

/** `2 min ago`, or `in the future` for a time from a clock that runs fast. */
export function formatRelative(at: Date, now: number): string {
  const seconds = Math.round((now - at.getTime()) / 1000);
  const { time } = messages.ui;
  if (seconds < -60) return time.inFuture;
  if (seconds < 60) return time.justNow;
  if (seconds < 3_600) return time.minutesAgo(Math.floor(seconds / 60));
  if (seconds < 86_400) return time.hoursAgo(Math.floor(seconds / 3_600));
  return time.daysAgo(Math.floor(seconds / 86_400));
}

/** `14:39:12` within 12 hours of `now`, else `18 Nov, 14:36`: the second line under a relative time. */
export function formatAbsolute(at: Date, utc: boolean, now: number): string {
  const recent = Math.abs(now - at.getTime()) < 43_200_000;
  return recent ? formatClock(at, utc) : formatMinute(at, utc, now);
}

/** `213 ms`, `4 s`, `12 min`, `3 h`, `2 days` */
export function formatDuration(durationMs: number): string {
  const { time } = messages.ui;
  if (durationMs < 1_000) return time.milliseconds(Math.round(durationMs));
  if (durationMs < 60_000) return time.seconds(Math.round(durationMs / 1_000));
  if (durationMs < 3_600_000) {
    const seconds = Math.round(durationMs / 1_000);
    return time.minutes(Math.floor(seconds / 60), seconds % 60);
  }
  if (durationMs < 172_800_000) return time.hours(Math.round(durationMs / 3_600_000));
  return time.days(Math.round(durationMs / 86_400_000));
}

/** `30 days`, or `12 months` for 60 days or more that are about a whole number of months. */
export function formatRetention(days: number): string {
  const months = Math.round(days / 30.4);
  return days >= 60 && Math.abs(months * 30.4 - days) < 6
    ? messages.ui.time.months(months)
    : messages.ui.time.days(days);
}
