/** The content of the drawer, from the sentence to the raw JSON. */

import { Button } from '@mantine/core';
import { IconAlertTriangle, IconArrowRight, IconChevronRight } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { reasonText, type TrailEvent } from '@liblab/audit-core';
import { messages } from '../../messages.ts';
import type { Outputs } from '../../trpc.ts';
import { fullActorName, actorName } from '../../ui/actor.tsx';
import { describeEvent, useDescriptions, type EventText } from '../../ui/describe-event.ts';
import { Field, Fields } from '../../ui/fields.tsx';
import { formatDuration, formatExact, formatExactClock } from '../../ui/format-time.ts';
import { ResultBadge } from '../../ui/result-badge.tsx';
import { Snippet } from '../../ui/snippet.tsx';
import { Changes } from './changes.tsx';
import { Proof } from './proof.tsx';
import { Value } from './value.tsx';
import classes from './event-drawer.module.css';

interface Props {
  event: TrailEvent;
  /** Undefined while loading. */
  log: Outputs['events']['get']['log'] | undefined;
  utc: boolean;
}

export function EventBody({ event, log, utc }: Props) {
  const descriptions = useDescriptions();
  const text = describeEvent(event, descriptions);
  const at = new Date(event.at);
  return (
    <>
      <title>{`${text.title} · ${messages.ui.portal}`}</title>
      {log?.fits === false && (
        <div className={classes.changed} role="alert">
          <IconAlertTriangle size={16} stroke={1.5} aria-hidden="true" />
          <p>
            <b>{messages.drawer.changed}</b> {messages.drawer.changedHint}
          </p>
        </div>
      )}
      <div className={classes.titles}>
        <h2>{text.title}</h2>
        {text.sentence && <code>{event.type}</code>}
        <ResultBadge outcome={event.outcome} />
      </div>
      <p className={classes.sentence}>
        {text.predicate ? (
          <>
            <b>{fullActorName(event.actor)}</b> {text.predicate}
          </>
        ) : (
          (text.sentence ?? messages.trail.unknownType)
        )}
      </p>
      <p className={classes.when}>
        {formatExact(at, utc)} {utc ? messages.ui.time.utc : messages.ui.time.local}
        {!utc && `, ${formatExactClock(at, true)} ${messages.ui.time.utc}`}
      </p>
      {text.link && <OpenLink link={text.link} />}
      {event.changes && event.changes.length > 0 && <Changes changes={event.changes} />}
      <Context event={event} utc={utc} />
      {Object.keys(event.details).length > 0 && (
        <section>
          <h3>{messages.ui.details}</h3>
          <Fields>
            {Object.entries(event.details).map(([name, value]) => (
              <Field key={name} label={name}>
                <Value value={value} />
              </Field>
            ))}
          </Fields>
        </section>
      )}
      <Proof event={event} log={log} utc={utc} />
      <RawJson event={event} />
    </>
  );
}

function OpenLink({ link }: { link: NonNullable<EventText['link']> }) {
  const icon = <IconArrowRight size={16} stroke={1.4} />;
  return (
    <div className={classes.open}>
      {link.href.startsWith('/') ? (
        <Button component={Link} to={link.href} rightSection={icon}>
          {link.label}
        </Button>
      ) : (
        <Button component="a" href={link.href} target="_blank" rel="noreferrer" rightSection={icon}>
          {link.label}
        </Button>
      )}
    </div>
  );
}

function Context({ event, utc }: { event: TrailEvent; utc: boolean }) {
  const text = messages.drawer;
  const { actor, context } = event;
  const delayMs = Date.parse(event.loggedAt) - Date.parse(event.occurredAt);
  const logged = formatExact(new Date(event.loggedAt), utc);
  return (
    <section>
      <h3>{text.context}</h3>
      <Fields>
        <Field label={text.actor}>
          <Identity identity={actor} />
        </Field>
        {actor.onBehalfOf && (
          <Field label={text.onBehalfOf}>
            <Identity identity={actor.onBehalfOf} />
          </Field>
        )}
        {event.targets.map((target, index) => (
          <Field key={index} label={text.target}>
            {target.name && `${target.name} `}
            <code>{`${target.type}:${target.id}`}</code>
          </Field>
        ))}
        <Field label={messages.ui.reason}>{reasonText(event)}</Field>
        {(Object.keys(text.contextFields) as (keyof typeof text.contextFields)[]).map((name) => (
          <Field key={name} label={text.contextFields[name]} mono={name.endsWith('Id')}>
            {context[name]}
          </Field>
        ))}
        <Field label={text.occurredAt}>{formatExact(new Date(event.occurredAt), utc)}</Field>
        <Field label={text.loggedAt}>
          {event.late ? (
            <>
              {logged} <span className={classes.late}>{text.lateBy(formatDuration(delayMs))}</span>
            </>
          ) : delayMs > 0 ? (
            text.loggedAfter(logged, formatDuration(delayMs))
          ) : (
            logged
          )}
        </Field>
        <Field label={text.reportedBy}>
          {event.reportedBy ? text.reportedByKey(event.reportedBy.name) : text.reportedByPortal}
        </Field>
        <Field label={text.id} mono>
          {event.id}
        </Field>
        <Field label={text.typeVersion}>{event.version}</Field>
      </Fields>
    </section>
  );
}

function Identity({
  identity,
}: {
  identity: Pick<TrailEvent['actor'], 'type' | 'id' | 'name' | 'email'>;
}) {
  const name = actorName(identity);
  return (
    <>
      {name}
      {identity.email && identity.email !== name && (
        <span className={classes.dim}> {identity.email}</span>
      )}{' '}
      <code>{`${identity.type}:${identity.id}`}</code>
    </>
  );
}

function RawJson({ event }: { event: TrailEvent }) {
  // `log` is not part of the event.
  const json = JSON.stringify({ ...event, log: undefined }, null, 2);
  return (
    <section>
      <details className={classes.raw}>
        <summary>
          <IconChevronRight size={16} stroke={1.4} aria-hidden="true" />
          {messages.drawer.rawJson}
        </summary>
        <Snippet text={json} label={messages.drawer.rawJson} />
      </details>
    </section>
  );
}
