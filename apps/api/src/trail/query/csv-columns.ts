/** The columns of an export. */

import {
  reasonText,
  renderMessage,
  renderPath,
  type Catalogue,
  type EventDefinition,
  type TrailEvent,
} from '@liblab/audit-core';

export interface CsvContext {
  organizationName: string;
  /** Where the page is, without a slash at the end. */
  baseUrl: string;
  catalogue: Catalogue;
}

/** The first six are liblab's, in its order; new ones go to the end, and their cells to the end of `csvCells`. */
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

/** The cells of one event, before any escaping: one array, since a function for each cell costs as much as the cell. */
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
    ctx.baseUrl + pathOf(event, definition),
    type,
    event.outcome,
    reasonText(event),
    actor.type,
    actor.id,
    onBehalfOf && (onBehalfOf.email ?? onBehalfOf.id),
    target?.type,
    target?.id,
    target?.name,
    definition && renderMessage(definition.sentence, event),
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

/** Where the event leads, as in the page: to what it is about, else to the event itself. */
function pathOf(event: TrailEvent, definition: EventDefinition | undefined): string {
  const path = definition?.link && renderPath(definition.link.path, event);
  return path ?? `/audit-trails/${event.id}`;
}
