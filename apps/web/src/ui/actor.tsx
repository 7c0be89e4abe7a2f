/** Shows actors: an icon (round for people, square for machines), the name, and the person it acted for. */

import { IconCpu, IconKey, IconUser } from '@tabler/icons-react';
import type { Actor, TrailEvent } from '@liblab/audit-core';
import { messages } from '../messages.ts';
import classes from './actor.module.css';

/** The name, else the e-mail address, else the id. */
export function actorName(actor: Pick<Actor, 'id' | 'name' | 'email'>): string {
  return actor.name ?? actor.email ?? actor.id;
}

/** `Ada Okafor`, or `CI token on behalf of Jim Reyes`. */
export function fullActorName(actor: Actor): string {
  const { onBehalfOf } = actor;
  return onBehalfOf
    ? messages.ui.onBehalfOf(actorName(actor), actorName(onBehalfOf))
    : actorName(actor);
}

export function ActorIcon({ actor }: { actor: Actor }) {
  if (actor.type === 'user') {
    const initials = getInitials(actor);
    return (
      <span className={classes.glyph} aria-hidden="true">
        {initials || <IconUser size={13} stroke={1.5} />}
      </span>
    );
  }
  const Icon = actor.type === 'token' ? IconKey : IconCpu;
  return (
    <span className={`${classes.glyph} ${classes.square}`} aria-hidden="true">
      <Icon size={13} stroke={1.5} />
    </span>
  );
}

export function getInitials(actor: Pick<Actor, 'name' | 'email'>): string {
  const words = (actor.name ?? actor.email?.split('@')[0] ?? '')
    .split(/[\s._-]+/)
    .filter((word) => /^\p{L}/u.test(word));
  const [first, last] = [words[0], words.length > 1 ? words.at(-1) : undefined];
  return [first, last].map((word) => [...(word ?? '')][0]?.toUpperCase() ?? '').join('');
}

/** The content of a table cell: the name over the e-mail and IP addresses, or over the person it acted for. */
export function ActorCell({ event }: { event: TrailEvent }) {
  const { actor, context } = event;
  const name = actorName(actor);
  const subtitle = actor.onBehalfOf
    ? messages.ui.forPerson(actor.onBehalfOf.email ?? actorName(actor.onBehalfOf))
    : actor.email && actor.email !== name
      ? actor.email
      : actor.type === 'user'
        ? actor.id !== name
          ? actor.id
          : undefined
        : messages.ui.actorTypes[actor.type];
  return (
    <div className={classes.actor}>
      <ActorIcon actor={actor} />
      <div className={classes.lines}>
        <span className={classes.name} title={name}>
          {actor.type !== 'user' && (
            <span className="visually-hidden">{messages.ui.actorTypes[actor.type]} </span>
          )}
          {name}
        </span>
        <span className={classes.under}>
          {subtitle && (
            <span className={classes.address} title={subtitle}>
              {subtitle}
            </span>
          )}
          {context.ip && (
            <span className={classes.ip}>
              {subtitle && <span aria-hidden="true"> • </span>}
              {context.ip}
            </span>
          )}
        </span>
      </div>
    </div>
  );
}
