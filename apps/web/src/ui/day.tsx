/** A day, with the exact time on hover. */

import { formatDay, formatExact } from './format-time.ts';

export function Day({ at, now }: { at: string; now: number }) {
  const date = new Date(at);
  return (
    <time dateTime={at} title={formatExact(date, false)}>
      {formatDay(date, false, now)}
    </time>
  );
}
