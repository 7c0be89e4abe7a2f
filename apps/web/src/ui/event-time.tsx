/** When it happened: relative over absolute, both zones in full on hover and focus. */

import type { TrailEvent } from '@liblab/audit-core';
import { messages } from '../messages.ts';
import { formatExact, formatRelative, formatUnder } from './format-time.ts';
import { useNow } from './use-now.ts';
import classes from './event-time.module.css';

export function EventTime({ event, utc }: { event: TrailEvent; utc: boolean }) {
  const now = useNow();
  const at = new Date(event.at);
  return (
    <div className={classes.time}>
      <span className={classes.relative}>
        <time dateTime={event.at}>{formatRelative(at, now)}</time>
        {event.late && (
          <span
            className={classes.late}
            title={messages.trail.lateTitle(formatExact(new Date(event.loggedAt), utc))}
          >
            {messages.trail.late}
          </span>
        )}
      </span>
      <span className={classes.under}>{formatUnder(at, utc, now)}</span>
      <span className={classes.tip} role="tooltip">
        <span>{formatExact(at, false)}</span> <i>{messages.time.zoneLocal}</i>
        <span>{formatExact(at, true)}</span> <i>{messages.time.zoneUtc}</i>
      </span>
    </div>
  );
}
