/** Reads the text of a query: every text has exactly one meaning, or an error that says where and what to write. */

import { limits } from '../limits.ts';
import { parseTerm } from './parse-term.ts';
import type { Expression, Query } from './query.ts';
import { Scanner } from './scanner.ts';

export interface ParseOptions {
  /** IANA name of the zone of dates and of times without an offset; UTC when absent. */
  zone?: string;
}

/**
 * Terms next to each other must all match; `OR` binds weaker, `-` and `NOT` bind stronger. docs/query.md has the
 * grammar.
 *
 * @throws QueryError for a text without a meaning
 * @throws RangeError for an unknown zone
 */
export function parseQuery(text: string, { zone = 'UTC' }: ParseOptions = {}): Query {
  const scanner = new Scanner(text);
  scanner.skipSpace();
  if (scanner.isAtEnd) return { kind: 'all' };
  const query = new Parser(scanner, zone).parseOr();
  if (!scanner.isAtEnd) {
    scanner.fail(
      'A parenthesis is closed that was not opened',
      'Remove it, or put it in quotes to search for it.',
      scanner.at,
      scanner.at + 1,
    );
  }
  return query;
}

/** Recursive descent; each method starts and ends at the next character that is not a space. */
class Parser {
  private readonly scanner: Scanner;
  private readonly zone: string;
  private depth = 0;

  constructor(scanner: Scanner, zone: string) {
    this.scanner = scanner;
    this.zone = zone;
  }

  parseOr(): Expression {
    const operands = [this.parseAnd()];
    while (this.takeKeyword('OR')) operands.push(this.parseAnd());
    return combine('or', operands);
  }

  private parseAnd(): Expression {
    const operands = [this.parseOperand()];
    while (this.takeKeyword('AND') || !this.isAtEndOfOperands()) {
      operands.push(this.parseOperand());
    }
    return combine('and', operands);
  }

  private isAtEndOfOperands(): boolean {
    const { scanner } = this;
    if (scanner.isAtEnd || scanner.next === ')') return true;
    const start = scanner.at;
    const isOr = this.takeKeyword('OR');
    scanner.at = start;
    return isOr;
  }

  private parseOperand(): Expression {
    const { scanner } = this;
    const start = scanner.at;
    if (
      scanner.isAtEnd ||
      scanner.next === ')' ||
      this.takeKeyword('OR') ||
      this.takeKeyword('AND')
    ) {
      scanner.fail(
        'A term is missing',
        'Write a term on both sides of OR and AND, behind NOT, and inside parentheses.',
        start,
        Math.max(scanner.at, start + 1),
      );
    }
    if (scanner.take(/-/y) !== '') {
      if (scanner.isAtBoundary || scanner.next === '-') {
        scanner.fail(
          'A - stands alone',
          'Write it once and directly before a term, as in -type:user.create; put text that begins with it in quotes.',
          start,
          scanner.at,
        );
      }
      return this.nest(start, () => ({ kind: 'not', operand: this.parsePrimary() }));
    }
    if (this.takeKeyword('NOT')) {
      return this.nest(start, () => ({ kind: 'not', operand: this.parseOperand() }));
    }
    return this.parsePrimary();
  }

  private parsePrimary(): Expression {
    const { scanner } = this;
    const start = scanner.at;
    if (scanner.take(/\(/y) === '') {
      const term = parseTerm(scanner, this.zone);
      scanner.skipSpace();
      return term;
    }
    scanner.skipSpace();
    const query = this.nest(start, () => this.parseOr());
    if (scanner.take(/\)/y) === '') {
      scanner.fail(
        'A parenthesis is not closed',
        'Add a ) behind its last term, or put the text that contains the parenthesis in quotes.',
        start,
        start + 1,
      );
    }
    scanner.skipSpace();
    return query;
  }

  /** Keywords end where a word does, or before a parenthesis. */
  private takeKeyword(keyword: 'OR' | 'AND' | 'NOT'): boolean {
    const patterns = { OR: /OR(?=[\s()]|$)/y, AND: /AND(?=[\s()]|$)/y, NOT: /NOT(?=[\s()]|$)/y };
    const isTaken = this.scanner.take(patterns[keyword]) !== '';
    if (isTaken) this.scanner.skipSpace();
    return isTaken;
  }

  private nest(start: number, parse: () => Expression): Expression {
    this.depth += 1;
    if (this.depth > limits.queryDepthMax) {
      this.scanner.fail(
        `The query is nested deeper than ${limits.queryDepthMax} levels`,
        'Use fewer parentheses and negations inside each other.',
        start,
        start + 1,
      );
    }
    const expression = parse();
    this.depth -= 1;
    return expression;
  }
}

function combine(kind: 'and' | 'or', operands: readonly Expression[]): Expression {
  const [first, second, ...rest] = operands;
  if (!first) throw new Error('An expression has at least one operand.');
  return second ? { kind, operands: [first, second, ...rest] } : first;
}
