/** The time of an event: relative over absolute, with the exact time in both zones on hover and focus. */

import type { TrailEvent } from '@liblab/audit-core';
import { messages } from '../messages.ts';
import { formatExact, formatRelative, formatAbsolute } from '../ui/format-time.ts';
import { useNow } from '../ui/use-now.ts';
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
      <span className={classes.under}>{formatAbsolute(at, utc, now)}</span>
      <span className={classes.tip} role="tooltip">
        <span>{formatExact(at, false)}</span> <i>{messages.ui.time.local}</i>
        <span>{formatExact(at, true)}</span> <i>{messages.ui.time.utc}</i>
      </span>
    </div>
  );
}
