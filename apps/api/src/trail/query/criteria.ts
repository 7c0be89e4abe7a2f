/** Conditions on events in SQL, each with the index ranges that bring its events, and how conditions combine. */

/** Adds a value to a statement and returns its placeholder. `$1` is the organisation. */
export type Bind = (value: unknown) => string;
export type BindSql = (bind: Bind) => string;

/** Where events `e` come from: one range of an index that ends in (at, seq), or a few rows. */
export interface Arm {
  from: string;
  /** The row that holds at and seq as that index has them. */
  key: 'e' | 't';
  condition: string;
}

export interface Criterion {
  /** Index ranges that together bring every event of the criterion; absent when there are none, or too many. */
  arms?: (bind: Bind) => Arm[];
  /** The arms bring other events too, which the test excludes. */
  isLoose?: boolean;
  /** Events that the arms read before the first is answered; 0 when absent. */
  eagerEvents?: number;
  /** Two of the arms may bring the same event. */
  overlaps?: boolean;
  /** True for a row `w` of audit_events that belongs; false or null for others. */
  test: BindSql;
  /** As a rule, criteria with a lower rank have fewer events. */
  rank: number;
  /** Buffers touched to bring an event by the arms, and to test one. */
  bringBuffers: number;
  testBuffers: number;
}

/** Descending an index of three or four levels and reading the row. */
export const lookUpBuffers = 5;

/** Each arm costs a descent before the first event, and each is merged. */
export const armsMax = 100;

/** More events than this are not read and sorted but looked for. */
export const eagerEventsMax = 200;

/** Events by an index of audit_events itself. */
export function eventsWhere(condition: string): Arm {
  return {
    from: 'audit_events e',
    key: 'e',
    condition: `e.organization_id = $1 and ${condition}`,
  };
}

/** A few events, read through a unique index and then sorted: the offset keeps the planner from any other way. */
export function fewEventsWhere(condition: string): Arm {
  return {
    from: `(select * from audit_events where organization_id = $1 and ${condition} offset 0) e`,
    key: 'e',
    condition: 'true',
  };
}

/** Looked up for each event: an `exists` might be answered from a hash of everything there is. */
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

/** Two-valued, as the query language is: what is null for a row does not belong, and so its negation does. */
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
