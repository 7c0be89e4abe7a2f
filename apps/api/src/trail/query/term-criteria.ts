/** Compiles each term of a query to SQL. */

import type { Outcome, Pattern, PositionRange, TargetPattern } from '@liblab/audit-core';
import {
  armsMax,
  eagerEventsMax,
  eventsWhere,
  fewEventsWhere,
  holds,
  leastSelective,
  lookUpBuffers,
  type Bind,
  type Criterion,
} from './criteria.ts';
import { outcomeCodes } from '../store/row-codec.ts';
import { addressCondition, type ActorRefs } from './find-actors.ts';

export const everyEvent: Criterion = {
  test: () => 'true',
  rank: leastSelective,
  bringBuffers: 1,
  testBuffers: 0,
};

export function byId(ids: readonly string[]): Criterion {
  const criterion = {
    test: (bind: Bind) => `w.id = any(${bind(ids)}::uuid[])`,
    rank: 0,
    bringBuffers: 1,
    testBuffers: 0,
  };
  if (ids.length > armsMax) return criterion;
  return {
    ...criterion,
    arms: (bind) => ids.map((id) => fewEventsWhere(`id = ${bind(id)}::uuid`)),
  };
}

export function byPosition(ranges: readonly PositionRange[]): Criterion {
  const between = (column: string, { from, to }: PositionRange, bind: Bind) =>
    `${column} between ${bind(from)}::bigint and ${bind(to)}::bigint`;
  const criterion = {
    test: (bind: Bind) => `(${ranges.map((range) => between('w.seq', range, bind)).join(' or ')})`,
    rank: 0,
    // All events of the ranges are read before the first is returned.
    bringBuffers: 2,
    testBuffers: 0,
  };
  const positions = ranges.reduce((sum, { from, to }) => sum + to - from + 1, 0);
  if (positions > eagerEventsMax || ranges.length > armsMax) return criterion;
  return {
    ...criterion,
    arms: (bind) => ranges.map((range) => fewEventsWhere(between('seq', range, bind))),
    overlaps: ranges.length > 1,
    eagerEvents: positions,
  };
}

/** Only targets with an id; the index contains no others. */
export function byTarget(
  targets: readonly (TargetPattern & { id: { text: string } })[],
): Criterion {
  const conditions = (bind: Bind) =>
    targets.map(
      ({ type, id }) =>
        `t.organization_id = $1 and t.target_type = ${bind(type)}::text and t.target_id = ${bind(id.text)}::text`,
    );
  // `offset 0` forces the planner to read the events by position.
  const from = `event_targets t cross join lateral (
    select * from audit_events where organization_id = $1 and seq = t.seq offset 0) e`;
  const isTargeted = (condition: string) =>
    holds(`select true from event_targets t where ${condition} and t.at = w.at and t.seq = w.seq`);
  return {
    arms: (bind) => conditions(bind).map((condition) => ({ from, key: 't', condition })),
    overlaps: targets.length > 1,
    test: (bind) => `(${conditions(bind).map(isTargeted).join(' or ')})`,
    rank: 1,
    bringBuffers: 1 + lookUpBuffers,
    testBuffers: targets.length * lookUpBuffers,
  };
}

export function byActor(patterns: readonly Pattern[], refs: ActorRefs): Criterion {
  if (!refs) {
    return {
      test: (bind) =>
        holds(`select true from actors a where a.organization_id = $1
          and a.ref in (w.actor_ref, w.behalf_ref) and ${addressCondition(patterns, bind)}`),
      rank: leastSelective,
      bringBuffers: 1,
      testBuffers: 2 * lookUpBuffers,
    };
  }
  const isOne = (column: string, bind: Bind) => `w.${column} = any(${bind(refs)}::bigint[])`;
  const criterion = {
    test: (bind: Bind) => `(${isOne('actor_ref', bind)} or ${isOne('behalf_ref', bind)})`,
    rank: 2,
    bringBuffers: 1,
    testBuffers: 0,
  };
  if (refs.length * 2 > armsMax) return criterion;
  return {
    ...criterion,
    arms: (bind) =>
      refs.flatMap((ref) => [
        eventsWhere(`e.actor_ref = ${bind(ref)}::bigint`),
        eventsWhere(`e.behalf_ref = ${bind(ref)}::bigint`),
      ]),
    overlaps: true,
  };
}

export function byOutcome(outcomes: readonly Outcome[]): Criterion {
  const codes = outcomes.map((outcome) => `'${outcomeCodes[outcome]}'`);
  const criterion = {
    test: () => `w.outcome in (${codes.join(', ')})`,
    rank: 3,
    bringBuffers: 1,
    testBuffers: 0,
  };
  // Most events are successes, which no index of outcomes contains.
  if (outcomes.includes('success')) return criterion;
  return { ...criterion, arms: () => codes.map((code) => eventsWhere(`e.outcome = ${code}`)) };
}

/** `prefixes` are those not expanded into types. */
export function byType(types: readonly string[], prefixes: readonly string[]): Criterion {
  const criterion = {
    test: (bind: Bind) =>
      prefixes.length === 0
        ? `w.type = any(${bind(types)}::text[])`
        : `(w.type = any(${bind(types)}::text[]) or ${prefixes
            .map((prefix) => `starts_with(w.type, ${bind(prefix)}::text)`)
            .join(' or ')})`,
    rank: 4,
    bringBuffers: 1,
    testBuffers: 0,
  };
  if (prefixes.length > 0 || types.length > armsMax) return criterion;
  return {
    ...criterion,
    arms: (bind) => types.map((type) => eventsWhere(`e.type = ${bind(type)}::text`)),
  };
}

/** Has no index: rarely filtered, and every index slows down writes. The same holds for keys. */
export function byLateness(late: boolean): Criterion {
  return { ...everyEvent, test: () => (late ? 'w.late' : 'not w.late') };
}

/** `any` matches every key. */
export function byKey(keyIds: readonly string[] | 'any'): Criterion {
  return {
    ...everyEvent,
    test: (bind) =>
      keyIds === 'any' ? 'w.key_id is not null' : `w.key_id = any(${bind(keyIds)}::uuid[])`,
  };
}

/** A time inside an alternative or a negation; other times limit the range. */
export function byTime(kind: 'after' | 'before', ms: number): Criterion {
  const operator = kind === 'after' ? '>=' : '<';
  return {
    ...everyEvent,
    test: (bind) => `w.at ${operator} ${bind(new Date(ms).toISOString())}::timestamptz`,
  };
}
