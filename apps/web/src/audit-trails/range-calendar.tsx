/** Picks a range by days and times of day, in the page's time zone. Loaded when first opened. */

import { useState } from 'react';
import { Button } from '@mantine/core';
import { DatePicker, TimeInput } from '@mantine/dates';
import { messages } from '../messages.ts';
import { formatZone } from '../ui/format-time.ts';
import { toInstant, type RangeText } from './range.ts';
import classes from './range-filter.module.css';
import '@mantine/dates/styles.css';

interface Props {
  from: string | undefined;
  to: string | undefined;
  utc: boolean;
  /** Milliseconds since 1970. */
  now: number;
  onChange: (range: RangeText) => void;
}

export default function RangeCalendar({ from, to, utc, now, onChange }: Props) {
  const [first, firstTime] = wallClock(from, utc) ?? [null, '00:00'];
  // An open end is shown as today, as a start for picking.
  const [last, lastTime] = wallClock(to, utc) ?? [
    first && (wallClock(new Date(now).toISOString(), utc)?.[0] ?? null),
    '23:59',
  ];
  const [days, setDays] = useState<[string | null, string | null]>([first, last]);
  const [times, setTimes] = useState([firstTime, lastTime] as const);
  const range = {
    from: days[0] ? toInstant(days[0], times[0], utc) : undefined,
    // A single picked day is a range of that day. The last minute is included.
    to: days[0] ? toInstant(days[1] ?? days[0], `${times[1]}:59`, utc) : undefined,
  };
  const ready = range.from !== undefined && range.to !== undefined && range.from <= range.to;
  return (
    <form
      className={classes.calendar}
      onSubmit={(event) => {
        event.preventDefault();
        if (ready) onChange(range);
      }}
    >
      <DatePicker
        type="range"
        size="xs"
        className={classes.days ?? ''}
        allowSingleDateInRange
        value={days}
        onChange={setDays}
        aria-label={messages.trail.rangeDays}
        ariaLabels={messages.trail.calendar}
        hideOutsideDates
        maxLevel="year"
      />
      <div className={classes.ends}>
        <TimeInput
          size="xs"
          label={messages.trail.rangeStartTime}
          value={times[0]}
          onChange={(event) => setTimes([event.currentTarget.value, times[1]])}
        />
        <TimeInput
          size="xs"
          label={messages.trail.rangeEndTime}
          value={times[1]}
          onChange={(event) => setTimes([times[0], event.currentTarget.value])}
        />
      </div>
      <div className={classes.foot}>
        <span>{messages.trail.rangeZone(formatZone(utc, now))}</span>
        <Button type="submit" variant="filled" disabled={!ready}>
          {messages.trail.rangeApply}
        </Button>
      </div>
    </form>
  );
}

/** The day and time of day of an instant, as `2026-01-31` and `09:30`. */
function wallClock(instant: string | undefined, utc: boolean): [string, string] | undefined {
  if (!instant) return undefined;
  const at = new Date(instant);
  const shifted = utc ? at : new Date(at.getTime() - at.getTimezoneOffset() * 60_000);
  const text = shifted.toISOString();
  return [text.slice(0, 10), text.slice(11, 16)];
}
