/** Compiles a query into criteria for the scans of a trail. */

import {
  AppError,
  resolveTime,
  type Expression,
  type Pattern,
  type Query,
  type Term,
} from '@liblab/audit-core';
import type { Database } from '../../db/database.ts';
import { allCriteria, anyCriterion, armsMax, notCriterion, type Criterion } from './criteria.ts';
import { findActors } from './find-actors.ts';
import { findKeys } from './find-keys.ts';
import { findTypes } from './find-types.ts';
import { intersect, wholeTrail, type Range } from './position.ts';
import {
  byActor,
  byId,
  byKey,
  byLateness,
  byOutcome,
  byPosition,
  byTarget,
  byTime,
  byType,
  everyEvent,
} from './term-criteria.ts';

/** The services that compiling a query needs. */
export interface QueryContext {
  db: Pick<Database, 'pool' | 'readers'>;
  clock: () => number;
}

/** A compiled query on one trail. */
export interface TrailQuery {
  organizationId: string;
  range: Range;
  /** Events must meet all of them; usually the most selective first. When empty, every event in the range matches. */
  criteria: readonly Criterion[];
  /** True when its statements have one of a few shapes, which are kept prepared. */
  isPlain: boolean;
}

/** The maximum number of terms of each kind that reads all of the organisation's actors or keys. */
const passesMax = 10;
const passingKinds = ['actor', 'key'] as const;
/** Each value costs a lookup for each tested event. */
const lookedUpValuesMax = 50;

/**
 * Limits the range by the times that every event must meet, and makes a criterion of each other condition.
 *
 * @throws AppError `invalid_filter` for a query that is not supported or too expensive
 */
export async function compileQuery(
  { db, clock }: QueryContext,
  organizationId: string,
  query: Query,
): Promise<TrailQuery> {
  const conjuncts = query.kind === 'all' ? [] : conjunctsOf(query);
  checkCost(conjuncts.flatMap(termsOf));
  const compiler = new Compiler(db, organizationId, clock());
  let range = wholeTrail;
  const criteria: Criterion[] = [];
  for (const conjunct of conjuncts) {
    if (conjunct.kind === 'after' || conjunct.kind === 'before') {
      const atMs = resolveTime(conjunct.time, compiler.nowMs);
      range = intersect(range, { [conjunct.kind]: { atMs, seq: -1 } });
    } else {
      criteria.push(await compiler.compile(conjunct));
    }
  }
  const kinds = conjuncts.map(({ kind }) => kind);
  const isPlain =
    new Set(kinds).size === kinds.length && !kinds.includes('or') && !kinds.includes('not');
  return {
    organizationId,
    range,
    criteria: criteria.toSorted((a, b) => a.rank - b.rank),
    isPlain,
  };
}

function conjunctsOf(expression: Expression): Expression[] {
  return expression.kind === 'and' ? expression.operands.flatMap(conjunctsOf) : [expression];
}

function termsOf(expression: Expression): Term[] {
  switch (expression.kind) {
    case 'and':
    case 'or':
      return expression.operands.flatMap(termsOf);
    case 'not':
      return termsOf(expression.operand);
    default:
      return [expression];
  }
}

function checkCost(terms: readonly Term[]): void {
  const values = terms.reduce(
    (sum, term) => sum + (term.kind === 'actor' || term.kind === 'target' ? term.values.length : 0),
    0,
  );
  for (const passing of passingKinds) {
    const count = terms.filter(({ kind }) => kind === passing).length;
    if (count <= passesMax) continue;
    reject(
      `${passing}: may appear ${passesMax} times in a query, not ${count} times. Join values with commas.`,
    );
  }
  if (values > lookedUpValuesMax) {
    reject(
      `actor: and target: may have ${lookedUpValuesMax} values in a query, not ${values}. Use fewer.`,
    );
  }
}

function reject(message: string): never {
  throw new AppError('invalid_filter', message, { path: '$.q' });
}

class Compiler {
  readonly nowMs: number;
  private readonly db: QueryContext['db'];
  private readonly organizationId: string;
  /** How many more types prefixes may be expanded into. */
  private typesLeft = armsMax / 2;

  constructor(db: QueryContext['db'], organizationId: string, nowMs: number) {
    this.db = db;
    this.organizationId = organizationId;
    this.nowMs = nowMs;
  }

  async compile(expression: Expression): Promise<Criterion> {
    switch (expression.kind) {
      case 'and':
        return allCriteria(await this.compileEach(expression.operands));
      case 'or':
        return anyCriterion(await this.compileEach(expression.operands));
      case 'not':
        return notCriterion(await this.compile(expression.operand));
      case 'actor': {
        if (hasAny(expression.values)) return everyEvent;
        const refs = await findActors(this.db.pool, this.organizationId, expression.values);
        return byActor(expression.values, refs);
      }
      case 'type':
        return this.compileTypes(expression.values);
      case 'target':
        return byTarget(
          expression.values.map(({ type, id }) =>
            id.kind === 'text'
              ? { type, id }
              : reject(
                  'target: cannot be searched with * yet. Write a whole id, as in target:build:42.',
                ),
          ),
        );
      case 'outcome':
        return byOutcome(expression.values);
      case 'key':
        return byKey(
          hasAny(expression.values)
            ? 'any'
            : await findKeys(this.db.pool, this.organizationId, expression.values),
        );
      case 'after':
      case 'before':
        return byTime(expression.kind, resolveTime(expression.time, this.nowMs));
      case 'late':
        return byLateness(expression.value);
      case 'id':
        return byId(expression.values);
      case 'position':
        return byPosition(expression.values);
      case 'text':
        return reject(`Words cannot be searched yet. ${searchable}`);
      case 'details':
      case 'changes':
        return reject(`${expression.kind}.NAME: cannot be searched yet. ${searchable}`);
      default:
        return reject(`${expression.kind}: cannot be searched yet. ${searchable}`);
    }
  }

  private async compileEach(expressions: readonly Expression[]): Promise<Criterion[]> {
    const criteria: Criterion[] = [];
    for (const expression of expressions) criteria.push(await this.compile(expression));
    return criteria;
  }

  /** Replaces prefixes by the matching types in the trail, if there are only a few. */
  private async compileTypes(patterns: readonly Pattern[]): Promise<Criterion> {
    const types = new Set<string>();
    const prefixes: string[] = [];
    for (const pattern of patterns) {
      if (pattern.kind === 'any') return everyEvent;
      if (pattern.kind === 'text') types.add(pattern.text);
      else prefixes.push(pattern.text);
    }
    const unexpanded: string[] = [];
    for (const prefix of prefixes) {
      const found =
        this.typesLeft > 0 &&
        (await findTypes(this.db.readers, this.organizationId, prefix, this.typesLeft));
      this.typesLeft -= found ? found.length + 1 : this.typesLeft;
      if (found) for (const type of found) types.add(type);
      else unexpanded.push(prefix);
    }
    return byType([...types], unexpanded);
  }
}

function hasAny(patterns: readonly Pattern[]): boolean {
  return patterns.some(({ kind }) => kind === 'any');
}

const searchable =
  'Use actor:, type:, target:, outcome:, after:, before:, late:, key:, id: or position:.';
