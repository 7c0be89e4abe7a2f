/** The events as a native table. On a phone each row has two lines. */

import { Skeleton } from '@mantine/core';
import type { TrailEvent } from '@liblab/audit-core';
import { messages } from '../messages.ts';
import { useDescriptions } from '../ui/describe-event.ts';
import { EventBoundary } from '../ui/event-boundary.tsx';
import { EventRow } from './event-row.tsx';
import classes from './events-table.module.css';

interface Props {
  /** Newest first; undefined during the first load. */
  events: TrailEvent[] | undefined;
  caption: string;
  utc: boolean;
  onZone: (utc: boolean) => void;
  selectedId: string | undefined;
}

// The roles are the native ones, repeated because the phone layout changes `display`, which removes them.
export function EventsTable({ events, caption, utc, onZone, selectedId }: Props) {
  const descriptions = useDescriptions();
  const text = messages.trail;
  return (
    <table className={classes.table} role="table">
      <caption className="visually-hidden">{caption}</caption>
      <thead role="rowgroup">
        <tr role="row">
          <th scope="col" role="columnheader" className={classes.time}>
            {text.time}
            <button
              type="button"
              className={classes.zone}
              title={utc ? text.toLocal : text.toUtc}
              aria-label={utc ? text.toLocal : text.toUtc}
              onClick={() => onZone(!utc)}
            >
              {utc ? text.utc : text.local}
            </button>
          </th>
          <th scope="col" role="columnheader" className={classes.actor}>
            {text.actor}
          </th>
          <th scope="col" role="columnheader">
            {text.event}
          </th>
          <th scope="col" role="columnheader" className={classes.target}>
            {text.target}
          </th>
          <th scope="col" role="columnheader" className={classes.result}>
            {text.result}
          </th>
        </tr>
      </thead>
      <tbody role="rowgroup">
        {events ? (
          events.map((event) => (
            <EventBoundary key={event.id} fallback={<UnshownRow event={event} />}>
              <EventRow
                event={event}
                descriptions={descriptions}
                utc={utc}
                selected={event.id === selectedId}
              />
            </EventBoundary>
          ))
        ) : (
          <SkeletonRows />
        )}
      </tbody>
    </table>
  );
}

function UnshownRow({ event }: { event: TrailEvent }) {
  return (
    <tr role="row">
      <td role="cell" colSpan={5}>
        {messages.ui.unshownAt(event.type, event.seq)}
      </td>
    </tr>
  );
}

/** Placeholder rows of different widths, like real ones. */
function SkeletonRows() {
  return Array.from({ length: 12 }, (_, row) => (
    <tr key={row} role="row" aria-hidden="true" className={classes.skeleton}>
      <td>
        <Skeleton height={8} width={48 + ((row * 7) % 16)} />
      </td>
      <td>
        <div className={classes.skeletonActor}>
          <Skeleton height={22} circle />
          <div>
            <Skeleton height={8} width={76 + ((row * 13) % 40)} />
            <Skeleton height={8} width={104 + ((row * 17) % 48)} mt={7} />
          </div>
        </div>
      </td>
      <td>
        <Skeleton height={8} width={112 + ((row * 19) % 56)} />
        <Skeleton height={8} width={176 + ((row * 29) % 96)} mt={7} />
      </td>
      <td>
        <Skeleton height={8} width={80 + ((row * 11) % 48)} />
      </td>
      <td>
        <Skeleton height={8} width={56} />
      </td>
    </tr>
  ));
}
