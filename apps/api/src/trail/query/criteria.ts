/** Conditions on events in SQL, each with the index ranges that contain its events, and how to combine them. */

/** Adds a value to a statement and returns its placeholder. `$1` is the organisation. */
export type Bind = (value: unknown) => string;
export type BindSql = (bind: Bind) => string;

/** Where events `e` come from: one range of an index that ends in (at, seq), or a few rows. */
export interface Arm {
  from: string;
  /** The alias of the row whose at and seq the index contains. */
  key: 'e' | 't';
  condition: string;
}

export interface Criterion {
  /** Index ranges that together contain every event of the criterion; absent when there are none, or too many. */
  arms?: (bind: Bind) => Arm[];
  /** True when the ranges also contain other events, which the test excludes. */
  isLoose?: boolean;
  /** The number of events that the arms read before they return the first; 0 when absent. */
  eagerEvents?: number;
  /** True when two of the arms may return the same event. */
  overlaps?: boolean;
  /** SQL that is true for a matching row `w` of audit_events; false or null for others. */
  test: BindSql;
  /** Criteria with a lower rank usually match fewer events. */
  rank: number;
  /** Buffers touched to read an event through the arms, and to test one. */
  bringBuffers: number;
  testBuffers: number;
}

/** A descent of an index with three or four levels, and reading the row. */
export const lookUpBuffers = 5;

/** The maximum number of arms: each costs a descent before the first event, and all are merged. */
export const armsMax = 100;

/** A criterion with more events than this is not read and sorted in advance. */
export const eagerEventsMax = 200;

/** Reads events through an index of audit_events. */
export function eventsWhere(condition: string): Arm {
  return {
    from: 'audit_events e',
    key: 'e',
    condition: `e.organization_id = $1 and ${condition}`,
  };
}

/** Reads a few events through a unique index and sorts them. `offset 0` prevents the planner from choosing another plan. */
export function fewEventsWhere(condition: string): Arm {
  return {
    from: `(select * from audit_events where organization_id = $1 and ${condition} offset 0) e`,
    key: 'e',
    condition: 'true',
  };
}

/** A lookup for each event. For an `exists`, the planner might hash the whole table. */
export function holds(query: string): string {
  return `coalesce((${query} limit 1), false)`;
}

export function allCriteria(criteria: readonly Criterion[]): Criterion {
  const [driver] = criteria.filter(({ arms }) => arms).toSorted((a, b) => a.rank - b.rank);
  const combined = {
    test: (bind: Bind) => `(${criteria.map(({ test }) => test(bind)).join(' and ')})`,
    rank: driver?.rank ?? leastSelective,
    bringBuffers: driver?.bringBuffers ?? 1,
    testBuffers: sumOf(criteria),
  };
  if (!driver?.arms) return combined;
  const { arms, overlaps = false, eagerEvents = 0 } = driver;
  return { ...combined, arms, isLoose: true, overlaps, eagerEvents };
}

export function anyCriterion(criteria: readonly Criterion[]): Criterion {
  const combined = {
    test: (bind: Bind) => `(${criteria.map(({ test }) => test(bind)).join(' or ')})`,
    rank: Math.max(...criteria.map(({ rank }) => rank)),
    bringBuffers: Math.max(...criteria.map(({ bringBuffers }) => bringBuffers)),
    testBuffers: sumOf(criteria),
  };
  const eagerEvents = criteria.reduce((sum, criterion) => sum + (criterion.eagerEvents ?? 0), 0);
  if (criteria.some(({ arms }) => !arms) || eagerEvents > eagerEventsMax) return combined;
  const arms = (bind: Bind) => criteria.flatMap((criterion) => criterion.arms?.(bind) ?? []);
  if (arms(() => '').length > armsMax) return combined;
  const isLoose = criteria.some((criterion) => criterion.isLoose);
  return { ...combined, arms, isLoose, overlaps: true, eagerEvents };
}

/** Two-valued, as the query language is: null counts as no match, so the negation matches. */
export function notCriterion({ test, testBuffers }: Criterion): Criterion {
  return {
    test: (bind) => `not coalesce(${test(bind)}, false)`,
    rank: leastSelective,
    bringBuffers: 1,
    testBuffers,
  };
}

export const leastSelective = 10;

function sumOf(criteria: readonly Criterion[]): number {
  return criteria.reduce((sum, { testBuffers }) => sum + testBuffers, 0);
}
