/** The events about one thing, newest first, each linked to its drawer. */

import { Link } from '@tanstack/react-router';
import type { TrailEvent } from '@liblab/audit-core';
import { messages } from '../messages.ts';
import { ActorIcon, fullActorName } from './actor.tsx';
import { describeEvent, useDescriptions } from './describe-event.ts';
import { EventBoundary } from './event-boundary.tsx';
import { formatExact, formatRelative } from './format-time.ts';
import { ResultBadge } from './result-badge.tsx';
import { useNow } from './use-now.ts';
import classes from './event-history.module.css';

interface Props {
  events: TrailEvent[];
  /** Shown when there are no events. */
  none?: string;
}

export function EventHistory({ events, none = messages.ui.noEvents }: Props) {
  if (events.length === 0) return <p>{none}</p>;
  return (
    <ol className={classes.list}>
      {events.map((event) => (
        <EventBoundary
          key={event.id}
          fallback={<li>{messages.ui.unshownAt(event.type, event.seq)}</li>}
        >
          <HistoryItem event={event} />
        </EventBoundary>
      ))}
    </ol>
  );
}

function HistoryItem({ event }: { event: TrailEvent }) {
  const text = describeEvent(event, useDescriptions());
  const now = useNow();
  const at = new Date(event.at);
  return (
    <li>
      <ActorIcon actor={event.actor} />
      <span className={classes.what}>
        <Link to="/audit-trails/$eventId" params={{ eventId: event.id }}>
          {text.sentence ?? text.title}
        </Link>
        <span className={classes.who}>
          {fullActorName(event.actor)}
          {event.outcome !== 'success' && <ResultBadge outcome={event.outcome} />}
        </span>
      </span>
      <time dateTime={event.at} title={formatExact(at, false)}>
        {formatRelative(at, now)}
      </time>
    </li>
  );
}
