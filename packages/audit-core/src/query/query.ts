/** A query of the trail in its typed form; `parseQuery` reads it from text and `printQuery` writes it. */

import type { Outcome } from '../event.ts';

/** `all` is the empty query: it matches every event and is never part of another query. */
export type Query = { kind: 'all' } | Expression;

export type Expression =
  | { kind: 'and' | 'or'; operands: readonly [Expression, Expression, ...Expression[]] }
  | { kind: 'not'; operand: Expression }
  | Term;

/** What one event is tested for. A term with several values matches when any of them does. */
export type Term =
  /** A part of any text of the event. */
  | { kind: 'text'; text: string }
  | { kind: TextQualifier; values: Values<Pattern> }
  | { kind: 'target'; values: Values<TargetPattern> }
  | { kind: 'outcome'; values: Values<Outcome> }
  | { kind: 'channel'; values: Values<Channel> }
  | { kind: 'ip'; values: Values<IpRange> }
  /** `after` includes its instant, `before` does not. */
  | { kind: 'after' | 'before'; time: QueryTime }
  | { kind: 'late'; value: boolean }
  /** Lower-case UUIDs. */
  | { kind: 'id'; values: Values<string> }
  | { kind: 'position'; values: Values<PositionRange> }
  | { kind: PathQualifier; path: Values<string>; values: Values<Pattern> };

export type Values<Value> = readonly [Value, ...Value[]];

export const textQualifiers = [
  'actor',
  'type',
  'key',
  'service',
  'session',
  'request',
  'correlation',
  'reason',
] as const;
export type TextQualifier = (typeof textQualifiers)[number];

/** Followed by a path: `details.language:go`. */
export const pathQualifiers = ['details', 'changes'] as const;
export type PathQualifier = (typeof pathQualifiers)[number];

/** How the event came to be. */
export const channels = ['web', 'api', 'cli', 'mcp', 'job'] as const;
export type Channel = (typeof channels)[number];

/** `any` (`*`) matches every value, but not a missing one; `prefix` (`abc*`) what begins with the text. */
export type Pattern = { kind: 'text' | 'prefix'; text: string } | { kind: 'any' };

export interface TargetPattern {
  type: string;
  id: Pattern;
}

/** An address or a network: 4 or 16 bytes, zero beyond the first `prefixBits` bits. */
export interface IpRange {
  bytes: readonly number[];
  prefixBits: number;
}

/** An instant in milliseconds since 1970, or so many milliseconds before the query is evaluated. */
export type QueryTime = { kind: 'instant' | 'ago'; ms: number };

/** Both included; an open end is 0 or `Number.MAX_SAFE_INTEGER`. */
export interface PositionRange {
  from: number;
  to: number;
}

/** The instant that a time of a query stands for when it is evaluated at `nowMs`. */
export function resolveTime(time: QueryTime, nowMs: number): number {
  return time.kind === 'instant' ? time.ms : nowMs - time.ms;
}

/** The query that matches what all given queries match. */
export function allOf(queries: readonly Query[]): Query {
  const [first, second, ...rest] = queries.filter((query) => query.kind !== 'all');
  if (!first) return { kind: 'all' };
  return second ? { kind: 'and', operands: [first, second, ...rest] } : first;
}
