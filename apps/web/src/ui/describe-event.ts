/** What an event is called and says, from the catalogue that the API serves. */

import { useQuery } from '@tanstack/react-query';
import {
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
  /** Absent when the catalogue does not know the type. */
  sentence?: string;
  /** A path of this Portal, or an https address. */
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

export function describeEvent(event: TrailEvent, descriptions: Descriptions): EventText {
  const description = event.known ? descriptions.get(event.type) : undefined;
  if (!description) return { title: event.type };
  const sentence = renderMessage(description.sentence, event);
  const link = linkOf(description, event);
  return {
    title: description.title,
    // Templates tell what was done; of what was refused it would be untrue.
    sentence: event.outcome === 'denied' ? messages.trail.attempted(sentence) : sentence,
    ...(link ? { link } : {}),
  };
}

function linkOf(description: EventTypeDescription, event: TrailEvent): EventText['link'] {
  if (!description.link) return undefined;
  const href = renderPath(description.link.path, event);
  // A catalogue package is another team's text: only addresses that cannot run anything become links.
  if (!href || !/^(\/(?!\/)|https:\/\/)/.test(href)) return undefined;
  return { href, label: renderMessage(description.link.label, event) };
}
