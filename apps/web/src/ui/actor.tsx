/** Who did it: a glyph (circles are people, squares machines), the name, and whom it was done for. */

import { IconCpu, IconKey, IconUser } from '@tabler/icons-react';
import type { Actor, TrailEvent } from '@liblab/audit-core';
import { messages } from '../messages.ts';
import classes from './actor.module.css';

/** The best name there is. */
export function actorName(actor: Pick<Actor, 'id' | 'name' | 'email'>): string {
  return actor.name ?? actor.email ?? actor.id;
}

/** `Ada Okafor`, or `CI token, for Jim Reyes`. */
export function actorInFull(actor: Actor): string {
  const { onBehalfOf } = actor;
  return onBehalfOf
    ? messages.actor.actingFor(actorName(actor), actorName(onBehalfOf))
    : actorName(actor);
}

export function ActorGlyph({ actor }: { actor: Actor }) {
  if (actor.type === 'user') {
    const initials = initialsOf(actor);
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

export function initialsOf(actor: Pick<Actor, 'name' | 'email'>): string {
  const words = (actor.name ?? actor.email?.split('@')[0] ?? '')
    .split(/[\s._-]+/)
    .filter((word) => /^\p{L}/u.test(word));
  const [first, last] = [words[0], words.length > 1 ? words.at(-1) : undefined];
  return [first, last].map((word) => [...(word ?? '')][0]?.toUpperCase() ?? '').join('');
}

/** A table cell's content: name over e-mail and address, or over the person it was done for. */
export function ActorCell({ event }: { event: TrailEvent }) {
  const { actor, context } = event;
  const name = actorName(actor);
  const second = actor.onBehalfOf
    ? messages.actor.forPerson(actor.onBehalfOf.email ?? actorName(actor.onBehalfOf))
    : actor.email && actor.email !== name
      ? actor.email
      : actor.type === 'user'
        ? actor.id !== name
          ? actor.id
          : undefined
        : messages.actor.types[actor.type];
  return (
    <div className={classes.actor}>
      <ActorGlyph actor={actor} />
      <div className={classes.lines}>
        <span className={classes.name} title={name}>
          {actor.type !== 'user' && (
            <span className="visually-hidden">{messages.actor.types[actor.type]} </span>
          )}
          {name}
        </span>
        <span className={classes.under}>
          {second && (
            <span className={classes.address} title={second}>
              {second}
            </span>
          )}
          {context.ip && (
            <span className={classes.ip}>
              {second && <span aria-hidden="true"> • </span>}
              {context.ip}
            </span>
          )}
        </span>
      </div>
    </div>
  );
}
