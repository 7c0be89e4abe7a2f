/** What each filter means in SQL: the index ranges that bring its events, and the test of an event brought otherwise. */

import type { Outcome } from '@liblab/audit-core';
import { outcomeCodes } from '../store/row-codec.ts';
import type { Filter } from './filter.ts';
import { actorsByIndexMax, type ActorRefs } from './find-actors.ts';

/** Adds a value to a statement; answers its placeholder. `$1` is the organisation. */
export type Bind = (value: unknown) => string;

/** Where events `e` come from: one range of an index that ends in (at, seq). */
export interface Arm {
  from: string;
  /** The row that holds at and seq as that index has them. */
  key: 'e' | 't';
  condition: string;
  /** Brings events by the person they were done for. */
  byBehalf: boolean;
}

export interface Criterion {
  /** Index ranges that together bring every event of the criterion; absent when they would be too many. */
  arms?: (bind: Bind) => Arm[];
  /** Holds for one of the rows `w` as which the arms bring an event twice. */
  unique?: (bind: Bind) => string;
  /** Holds for a row `w` of audit_events that belongs. */
  test: (bind: Bind) => string;
  /** Buffers touched to bring an event by the arms, and to test one. */
  bringBuffers: number;
  testBuffers: number;
}

/** Descending an index of three or four levels and reading the row. */
export const lookUpBuffers = 5;

/** The filter's criteria, as a rule the most selective first; none when everything is asked for. */
export function criteriaOf(filter: Filter, refs: ActorRefs): Criterion[] {
  return [
    ...(filter.target ? [byTarget(filter.target)] : []),
    ...(filter.needle === undefined ? [] : [byActor(filter.needle, refs)]),
    ...(filter.outcomes ? [byOutcome(filter.outcomes)] : []),
    ...(filter.types ? [byType(filter.types)] : []),
    ...(filter.late === undefined ? [] : [byLateness(filter.late)]),
  ];
}

function byTarget({ type, id }: { type: string; id: string }): Criterion {
  const targeted = (bind: Bind) =>
    `t.organization_id = $1 and t.target_type = ${bind(type)}::text and t.target_id = ${bind(id)}::text`;
  // The offset keeps the planner from reading the events in any other way than by position.
  const from = `event_targets t cross join lateral (
    select * from audit_events where organization_id = $1 and seq = t.seq offset 0) e`;
  return {
    arms: (bind) => [{ from, key: 't', condition: targeted(bind), byBehalf: false }],
    test: (bind) =>
      holds(
        `select true from event_targets t where ${targeted(bind)} and t.at = w.at and t.seq = w.seq`,
      ),
    bringBuffers: 1 + lookUpBuffers,
    testBuffers: lookUpBuffers,
  };
}

function byActor(needle: string, refs: ActorRefs): Criterion {
  const test = (bind: Bind) =>
    holds(`select true from actors a where a.organization_id = $1
      and a.ref in (w.actor_ref, w.behalf_ref) and strpos(a.address, ${bind(needle)}::text) > 0`);
  if (!refs) return { test, bringBuffers: 0, testBuffers: 2 * lookUpBuffers };
  const isOne = (column: string, bind: Bind) => `w.${column} = any(${bind(refs)}::bigint[])`;
  const named = {
    test: (bind: Bind) => `(${isOne('actor_ref', bind)} or ${isOne('behalf_ref', bind)})`,
    bringBuffers: 1,
    testBuffers: 0,
  };
  if (refs.length > actorsByIndexMax) return named;
  return {
    ...named,
    arms: (bind) =>
      refs.flatMap((ref) => [
        eventsWhere(`e.actor_ref = ${bind(ref)}::bigint`),
        { ...eventsWhere(`e.behalf_ref = ${bind(ref)}::bigint`), byBehalf: true },
      ]),
    unique: (bind) => `not (w.by_behalf and coalesce(${isOne('actor_ref', bind)}, false))`,
  };
}

function byOutcome(wanted: readonly Outcome[]): Criterion {
  const codes = wanted.map((outcome) => `'${outcomeCodes[outcome]}'`);
  const criterion = {
    test: () => `w.outcome in (${codes.join(', ')})`,
    bringBuffers: 1,
    testBuffers: 0,
  };
  // Successes are most events and in no index of outcomes.
  if (wanted.includes('success')) return criterion;
  return { ...criterion, arms: () => codes.map((code) => eventsWhere(`e.outcome = ${code}`)) };
}

function byType(types: readonly string[]): Criterion {
  return {
    arms: (bind) => types.map((type) => eventsWhere(`e.type = ${bind(type)}::text`)),
    test: (bind) => `w.type = any(${bind(types)}::text[])`,
    bringBuffers: 1,
    testBuffers: 0,
  };
}

/** In no index: few ask, and every index is paid by each write. */
function byLateness(late: boolean): Criterion {
  return { test: () => (late ? 'w.late' : 'not w.late'), bringBuffers: 1, testBuffers: 0 };
}

/** Looked up for each event: an `exists` might be answered from a hash of everything there is. */
function holds(query: string): string {
  return `coalesce((${query} limit 1), false)`;
}

/** Events by an index of audit_events itself. */
export function eventsWhere(condition: string): Arm {
  return {
    from: 'audit_events e',
    key: 'e',
    condition: `e.organization_id = $1 and ${condition}`,
    byBehalf: false,
  };
}
