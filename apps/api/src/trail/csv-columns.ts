/** The columns of an export. */

import { csvCell } from './csv-format.ts';
import {
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

type Value = string | number | undefined;
type Column = [
  title: string,
  value: (event: TrailEvent, ctx: CsvContext, definition: EventDefinition | undefined) => Value,
];

// The first six are liblab's, in its order; new ones go to the end.
const columns: readonly Column[] = [
  ['Name', (event) => event.actor.name],
  ['Email', (event) => event.actor.email],
  ['Org', (_event, ctx) => ctx.organizationName],
  ['Event', (event, ctx) => ctx.catalogue.latest(event.type)?.title ?? event.type],
  ['Time (UTC)', (event) => event.at],
  ['URL', (event, ctx, definition) => ctx.baseUrl + pathOf(event, definition)],
  ['Event type', (event) => event.type],
  ['Result', (event) => event.outcome],
  ['Reason', (event) => event.reason],
  ['Actor type', (event) => event.actor.type],
  ['Actor id', (event) => event.actor.id],
  [
    'On behalf of',
    ({ actor: { onBehalfOf } }) => onBehalfOf && (onBehalfOf.email ?? onBehalfOf.id),
  ],
  ['Target type', (event) => event.targets[0]?.type],
  ['Target id', (event) => event.targets[0]?.id],
  ['Target name', (event) => event.targets[0]?.name],
  [
    'Sentence',
    (event, _ctx, definition) => definition && renderMessage(definition.sentence, event),
  ],
  ['IP', (event) => event.context.ip],
  ['User agent', (event) => event.context.userAgent],
  ['Service', (event) => event.context.service],
  ['Request id', (event) => event.context.requestId],
  ['Correlation id', (event) => event.context.correlationId],
  ['Occurred at', (event) => event.occurredAt],
  ['Logged at', (event) => event.loggedAt],
  ['Position', (event) => event.seq],
  ['Event id', (event) => event.id],
  ['Reported by', (event) => event.reportedBy?.name],
  ['Targets (JSON)', (event) => (event.targets.length > 0 ? JSON.stringify(event.targets) : '')],
  ['Details (JSON)', (event) => JSON.stringify(event.details)],
  ['Changes (JSON)', (event) => event.changes && JSON.stringify(event.changes)],
];

export const csvTitles: readonly string[] = columns.map(([title]) => title);

/** The line of one event. */
export function csvEvent(event: TrailEvent, ctx: CsvContext): string {
  const definition = ctx.catalogue.find(event.type, event.version);
  let line = '';
  for (const [, cell] of columns) {
    const value = cell(event, ctx, definition);
    line += typeof value === 'string' ? `,${csvCell(value)}` : `,${value ?? ''}`;
  }
  return `${line.slice(1)}\r\n`;
}

/** Where the event leads, as in the page: to what it is about, else to the event itself. */
function pathOf(event: TrailEvent, definition: EventDefinition | undefined): string {
  const path = definition?.link && renderPath(definition.link.path, event);
  return path ?? `/audit-trails/${event.id}`;
}
