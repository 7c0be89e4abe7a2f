/** One event of the list. Its link covers the whole row, except for the target's link and the time. */

import { memo } from 'react';
import { useNavigate, Link } from '@tanstack/react-router';
import type { TrailEvent } from '@liblab/audit-core';
import { messages } from '../messages.ts';
import { ActorCell } from '../ui/actor.tsx';
import { describeEvent, type Descriptions, type EventText } from '../ui/describe-event.ts';
import { EventTime } from './event-time.tsx';
import { ResultBadge } from '../ui/result-badge.tsx';
import { TextLink } from '../ui/text-link.tsx';
import { rowLinkId } from './use-list-keys.ts';
import classes from './events-table.module.css';

interface Props {
  event: TrailEvent;
  descriptions: Descriptions;
  utc: boolean;
  selected: boolean;
}

export const EventRow = memo(function EventRow({ event, descriptions, utc, selected }: Props) {
  const text = describeEvent(event, descriptions);
  const navigate = useNavigate();
  const open = { to: '/audit-trails/$eventId', params: { eventId: event.id } } as const;
  return (
    <tr role="row" aria-current={selected || undefined} data-late={event.late || undefined}>
      <td
        role="cell"
        className={classes.timeCell}
        onClick={() => void navigate({ ...open, search: true, resetScroll: false })}
      >
        <EventTime event={event} utc={utc} />
      </td>
      <td role="cell" className={classes.actorCell}>
        <ActorCell event={event} />
      </td>
      <td role="cell" className={classes.eventCell}>
        <span className={classes.title}>
          <Link
            {...open}
            search={true}
            resetScroll={false}
            id={rowLinkId(event.id)}
            data-row=""
            className={text.sentence ? classes.open : `${classes.open} ${classes.unknown}`}
            title={event.known ? undefined : messages.trail.unknownType}
          >
            {text.title}
          </Link>
          {text.sentence && <code className={classes.code}>{event.type}</code>}
        </span>
        <span className={classes.sentence} title={text.sentence}>
          {text.sentence ?? messages.trail.unknownType}
        </span>
      </td>
      <td role="cell" className={classes.targetCell}>
        <Target event={event} link={text.link} />
      </td>
      <td role="cell" className={classes.resultCell}>
        <ResultBadge outcome={event.outcome} />
      </td>
    </tr>
  );
});

/** The first target. If the event's link leads to it, its name is the link; otherwise the link stands beneath. */
function Target({ event, link }: { event: TrailEvent; link: EventText['link'] }) {
  const [target] = event.targets;
  if (!target) {
    return link ? (
      <TextLink href={link.href} className={classes.targetLink}>
        {link.label}
      </TextLink>
    ) : (
      <span className={classes.none}>{messages.ui.none}</span>
    );
  }
  const name = target.name ?? target.id;
  const isLinkToTarget = link?.href.endsWith(`/${encodeURIComponent(target.id)}`);
  return (
    <>
      <span className={classes.targetName} title={name}>
        {link && isLinkToTarget ? (
          <TextLink href={link.href} className={classes.targetLink}>
            {name}
          </TextLink>
        ) : (
          name
        )}
      </span>
      <span className={classes.targetUnder}>
        {link && !isLinkToTarget ? (
          <TextLink href={link.href} className={classes.targetLink}>
            {link.label}
          </TextLink>
        ) : (
          <code title={`${target.type}:${target.id}`}>
            {target.type}:{target.id}
          </code>
        )}
      </span>
    </>
  );
}
