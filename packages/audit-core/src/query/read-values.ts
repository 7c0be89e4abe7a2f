/** Reads the values of a qualifier: `a`, `"a b"`, `a*`, and several with commas between them. */

import type { Pattern, Values } from './query.ts';
import { excerptOf, type Scanner } from './scanner.ts';

export interface WrittenValue {
  text: string;
  isQuoted: boolean;
  /** A `*` followed it. */
  isPrefix: boolean;
  start: number;
  end: number;
}

/** One or more values, without those that repeat another. */
export function readValues<Value>(
  scanner: Scanner,
  qualifier: string,
  readOne: () => Value,
): Values<Value> {
  const first = readOne();
  const seen = new Map([[JSON.stringify(first), first]]);
  while (scanner.take(/,/y) !== '') {
    const value = readOne();
    seen.set(JSON.stringify(value), value);
  }
  checkBoundary(scanner, qualifier);
  seen.delete(JSON.stringify(first));
  return [first, ...seen.values()];
}

/** Exactly one value. */
export function readOnlyValue<Value>(
  scanner: Scanner,
  qualifier: string,
  readOne: () => Value,
): Value {
  const value = readOne();
  if (scanner.next === ',') {
    scanner.fail(
      `${qualifier}: takes one value`,
      'Remove the comma and what follows it.',
      scanner.at,
      scanner.at + 1,
    );
  }
  checkBoundary(scanner, qualifier);
  return value;
}

export function readValue(scanner: Scanner, qualifier: string): WrittenValue {
  const start = scanner.at;
  scanner.countValue(start);
  const isQuoted = scanner.next === '"';
  const written = isQuoted ? scanner.takeQuoted() : scanner.take(/[^\s(),"]+/y);
  if (isQuoted) {
    const isPrefix = scanner.take(/\*/y) !== '';
    return { text: written, isQuoted, isPrefix, start, end: scanner.at };
  }
  if (written === '') {
    scanner.fail(
      `${qualifier}: needs a value`,
      `Write ${qualifier}:VALUE, without spaces around the colon and commas.`,
      start,
    );
  }
  scanner.checkUnquoted(start, scanner.at);
  const isPrefix = written.endsWith('*');
  const text = isPrefix ? written.slice(0, -1) : written;
  if (text.includes('*')) {
    scanner.fail(
      'A * stands elsewhere than at the end of a value',
      'Write it only at the end, for what begins with the rest; put a value that contains a * in quotes.',
      start + text.indexOf('*'),
      start + text.indexOf('*') + 1,
    );
  }
  return { text, isQuoted, isPrefix, start, end: scanner.at };
}

/** A value that may be `*` or end in it. */
export function readPattern(scanner: Scanner, qualifier: string, mayBeEmpty = false): Pattern {
  const { text, isQuoted, isPrefix, start, end } = readValue(scanner, qualifier);
  if (!isQuoted && text.startsWith(':')) {
    scanner.fail(
      'A value does not begin with a colon',
      `Write ${qualifier}:VALUE with one colon, or put the value in quotes.`,
      start,
      end,
    );
  }
  if (text === '' && isPrefix && !isQuoted) return { kind: 'any' };
  if (text === '' && (isPrefix || !mayBeEmpty)) {
    scanner.fail(
      `No ${qualifier} is empty`,
      `Write -${qualifier}:* for events without one.`,
      start,
      end,
    );
  }
  return { kind: isPrefix ? 'prefix' : 'text', text };
}

/** A value that means itself alone; `parse` answers undefined for a text that is not one. */
export function readExact<Value>(
  scanner: Scanner,
  qualifier: string,
  parse: (text: string) => Value | undefined,
  hint: string,
): Value {
  const { text, isPrefix, start, end } = readValue(scanner, qualifier);
  const value = isPrefix ? undefined : parse(text);
  return (
    value ??
    scanner.fail(
      `${qualifier}: does not take "${excerptOf(scanner.text.slice(start, end))}"`,
      hint,
      start,
      end,
    )
  );
}

function checkBoundary(scanner: Scanner, qualifier: string): void {
  if (!scanner.isAtBoundary) {
    scanner.fail(
      `A value of ${qualifier}: goes on after it ends`,
      'Put a space after a closing quote, and values with a quote or a parenthesis in them in quotes.',
      scanner.at,
      scanner.at + 1,
    );
  }
}
