/** The columns of an export. */

import {
  eventSentence,
  reasonText,
  renderPath,
  type Catalogue,
  type EventDefinition,
  type TrailEvent,
} from '@liblab/audit-core';
import type { EventRow } from '../store/row-codec.ts';

export interface CsvContext {
  organizationName: string;
  /** The page's URL, without a trailing slash. */
  baseUrl: string;
  catalogue: Catalogue;
}

/** The first six columns are liblab's, in its order. Add new ones at the end, and their cells at the end of `csvCells`. */
export const csvTitles: readonly string[] = [
  'Name',
  'Email',
  'Org',
  'Event',
  'Time (UTC)',
  'URL',
  'Event type',
  'Result',
  'Reason',
  'Actor type',
  'Actor id',
  'On behalf of',
  'Target type',
  'Target id',
  'Target name',
  'Sentence',
  'IP',
  'User agent',
  'Service',
  'Request id',
  'Correlation id',
  'Occurred at',
  'Logged at',
  'Position',
  'Event id',
  'Reported by',
  'Targets (JSON)',
  'Details (JSON)',
  'Changes (JSON)',
];

/** The unescaped cells of one event. One function for all cells, because one per cell would double the cost. */
export function csvCells(event: TrailEvent, ctx: CsvContext): (string | undefined)[] {
  const { type, actor, targets, context, changes } = event;
  const { onBehalfOf } = actor;
  const [target] = targets;
  const definition = ctx.catalogue.find(type, event.version);
  return [
    actor.name,
    actor.email,
    ctx.organizationName,
    ctx.catalogue.latest(type)?.title ?? type,
    event.at,
    urlOf(event, definition, ctx.baseUrl),
    type,
    event.outcome,
    reasonText(event),
    actor.type,
    actor.id,
    onBehalfOf && (onBehalfOf.email ?? onBehalfOf.id),
    target?.type,
    target?.id,
    target?.name,
    definition && eventSentence(definition, event),
    context.ip,
    context.userAgent,
    context.service,
    context.requestId,
    context.correlationId,
    event.occurredAt,
    event.loggedAt,
    String(event.seq),
    event.id,
    event.reportedBy?.name,
    target && JSON.stringify(targets),
    JSON.stringify(event.details),
    changes && JSON.stringify(changes),
  ];
}

/**
 * The cells of a row whose event cannot be shown: what the row itself says, and that the rest is missing. One such
 * event must not end the file for all others.
 */
export function unshownCells(row: EventRow, ctx: CsvContext): (string | undefined)[] {
  const known: Readonly<Record<string, string>> = {
    Org: ctx.organizationName,
    Event: row.type,
    'Time (UTC)': row.at,
    URL: `${ctx.baseUrl}/audit-trails/${row.id}`,
    'Event type': row.type,
    Sentence: 'This event cannot be shown',
    'Logged at': row.logged_at,
    Position: String(row.seq),
    'Event id': row.id,
  };
  return csvTitles.map((title) => known[title]);
}

/** The event's link, as on the page: to its target, else to the event itself. */
function urlOf(
  event: TrailEvent,
  definition: EventDefinition | undefined,
  baseUrl: string,
): string {
  const link = definition?.link && renderPath(definition.link.path, event);
  return link?.startsWith('https:') ? link : baseUrl + (link ?? `/audit-trails/${event.id}`);
}
