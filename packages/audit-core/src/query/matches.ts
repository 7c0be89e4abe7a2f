/** Whether a query matches an event. */

import type { Change, Context, TrailEvent } from '../event.ts';
import { addressOf, isWholeAddress } from './address.ts';
import { scalarsOf, textsOf, valuesAt } from './event-text.ts';
import { foldCase } from './fold-case.ts';
import { isInRange, parseIp } from './ip-range.ts';
import { resolveTime, type Channel, type Pattern, type Query } from './query.ts';

/**
 * Two-valued: a term does not match what an event does not have, and its negation does. `nowMs` is the time that `now`
 * stands for.
 */
export function matches(event: TrailEvent, query: Query, nowMs: number): boolean {
  switch (query.kind) {
    case 'all':
      return true;
    case 'and':
      return query.operands.every((operand) => matches(event, operand, nowMs));
    case 'or':
      return query.operands.some((operand) => matches(event, operand, nowMs));
    case 'not':
      return !matches(event, query.operand, nowMs);
    case 'text':
      return matchesAny([{ kind: 'text', text: query.text }], textsOf(event), includes);
    case 'actor':
      return matchesAny(query.values, addressesOf(event), isAddress);
    case 'type':
      return matchesAny(query.values, [event.type]);
    case 'target':
      return query.values.some(({ type, id }) =>
        event.targets.some((target) => target.type === type && matchesExactly(id, target.id)),
      );
    case 'outcome':
      return query.values.includes(event.outcome);
    case 'key':
      return matchesAny(query.values, [event.reportedBy?.keyId, event.reportedBy?.name]);
    case 'reason':
      return matchesAny(query.values, [event.reason], includes);
    case 'service':
      return matchesAny(query.values, [event.context.service]);
    case 'session':
      return matchesAny(query.values, [event.context.sessionId]);
    case 'request':
      return matchesAny(query.values, [event.context.requestId]);
    case 'correlation':
      return matchesAny(query.values, [event.context.correlationId]);
    case 'channel': {
      const { channel } = event.context as Context & { channel?: Channel };
      return channel !== undefined && query.values.includes(channel);
    }
    case 'ip': {
      const bytes = parseIp(event.context.ip ?? '');
      return bytes !== undefined && query.values.some((range) => isInRange(bytes, range));
    }
    case 'after':
      return Date.parse(event.at) >= resolveTime(query.time, nowMs);
    case 'before':
      return Date.parse(event.at) < resolveTime(query.time, nowMs);
    case 'late':
      return event.late === query.value;
    case 'id':
      return query.values.includes(event.id.toLowerCase());
    case 'position':
      return query.values.some(({ from, to }) => event.seq >= from && event.seq <= to);
    case 'details':
      return matchesAny(query.values, textsAt(event, query.path));
    case 'changes':
      return (event.changes ?? []).some(
        (change) => change.path === query.path.join('.') && hasChanged(change, query.values),
      );
  }
}

/** How a pattern that is neither `*` nor a prefix compares; both texts have their case folded. */
type Compare = (text: string, value: string) => boolean;

const equals: Compare = (text, wanted) => text === wanted;
const includes: Compare = (text, wanted) => text.includes(wanted);
const isAddress: Compare = (text, wanted) =>
  isWholeAddress(wanted) ? text === wanted : text.includes(wanted);

function matchesAny(
  patterns: readonly Pattern[],
  texts: Iterable<string | undefined>,
  compare: Compare = equals,
): boolean {
  const folded = patterns.map((pattern) =>
    pattern.kind === 'any' ? pattern : { kind: pattern.kind, text: foldCase(pattern.text) },
  );
  for (const given of texts) {
    if (given === undefined) continue;
    const text = foldCase(given);
    for (const pattern of folded) {
      if (pattern.kind === 'any') return true;
      if (pattern.kind === 'prefix' ? text.startsWith(pattern.text) : compare(text, pattern.text)) {
        return true;
      }
    }
  }
  return false;
}

/** With regard to case: ids of targets belong to other systems. */
function matchesExactly(pattern: Pattern, text: string): boolean {
  if (pattern.kind === 'any') return true;
  return pattern.kind === 'prefix' ? text.startsWith(pattern.text) : text === pattern.text;
}

function addressesOf({ actor }: TrailEvent): string[] {
  return [addressOf(actor), ...(actor.onBehalfOf ? [addressOf(actor.onBehalfOf)] : [])];
}

function* textsAt(event: TrailEvent, path: readonly string[]): Generator<string> {
  for (const value of valuesAt(event.details, path)) yield* scalarsOf(value);
}

/** A change whose values are redacted has none, and still is one. */
function hasChanged({ before, after }: Change, patterns: readonly Pattern[]): boolean {
  return (
    patterns.some(({ kind }) => kind === 'any') ||
    matchesAny(patterns, [...scalarsOf(before), ...scalarsOf(after)])
  );
}
