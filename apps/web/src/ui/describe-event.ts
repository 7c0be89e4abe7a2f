/** Titles, sentences and links of events, from the catalogue that the API serves. */

import { useQuery } from '@tanstack/react-query';
import {
  eventSentence,
  renderMessage,
  renderPath,
  type EventTypeDescription,
  type TrailEvent,
} from '@liblab/audit-core';
import { messages } from '../messages.ts';
import { trpc } from '../trpc.ts';

export type Descriptions = ReadonlyMap<string, EventTypeDescription>;

export interface EventText {
  title: string;
  /** `Built Llama Store`. Absent when the catalogue does not know the type. */
  sentence?: string;
  /** The sentence as it continues after the actor's name: `built Llama Store`. */
  predicate?: string;
  /** A path of the Portal or an https address. */
  link?: { href: string; label: string };
}

const none: Descriptions = new Map();

export const catalogueOptions = trpc.catalogue.list.queryOptions(undefined, {
  staleTime: Infinity,
});

/** The catalogue's types by code; empty until it has loaded. */
export function useDescriptions(): Descriptions {
  const { data } = useQuery({ ...catalogueOptions, select: byType });
  return data ?? none;
}

function byType(list: EventTypeDescription[]): Descriptions {
  return new Map(list.map((description) => [description.type, description]));
}

/** Never throws: an event that cannot be described says so, and the rest of the page is unaffected. */
export function describeEvent(event: TrailEvent, descriptions: Descriptions): EventText {
  const description = event.known ? descriptions.get(event.type) : undefined;
  if (!description) return { title: event.type };
  try {
    return describeWith(description, event);
  } catch {
    return { title: event.type, sentence: messages.ui.unshown };
  }
}

function describeWith(description: EventTypeDescription, event: TrailEvent): EventText {
  const sentence = eventSentence(description, event);
  const link = renderLink(description, event);
  return {
    title: description.title,
    sentence,
    predicate: sentence.replace(/^[A-Z]/, (letter) => letter.toLowerCase()),
    ...(link ? { link } : {}),
  };
}

function renderLink(description: EventTypeDescription, event: TrailEvent): EventText['link'] {
  if (!description.link) return undefined;
  const href = renderPath(description.link.path, event);
  return href === undefined
    ? undefined
    : { href, label: renderMessage(description.link.label, event) };
}
