/** The qualifiers of a query, and what each of them takes after its colon. */

import { outcomes, typeCodeSchema } from '../event.ts';
import { parseIpRange } from './ip-range.ts';
import {
  channels,
  pathQualifiers,
  textQualifiers,
  type PathQualifier,
  type Pattern,
  type PositionRange,
  type QueryTime,
  type TargetPattern,
  type Term,
  type TextQualifier,
} from './query.ts';
import { readExact, readOnlyValue, readPattern, readValue, readValues } from './read-values.ts';
import type { Scanner } from './scanner.ts';
import { parseTime, timeHint } from './time-value.ts';

interface QualifierContext {
  scanner: Scanner;
  /** IANA name of the zone of dates and of times without an offset. */
  zone: string;
}

type ReadTerm = (context: QualifierContext) => Term;

const readers: ReadonlyMap<string, ReadTerm> = new Map<string, ReadTerm>([
  ...textQualifiers.map((kind): [string, ReadTerm] => [
    kind,
    ({ scanner }) => ({
      kind,
      values: readValues(scanner, kind, () => readText(scanner, kind)),
    }),
  ]),
  [
    'target',
    ({ scanner }) => ({
      kind: 'target',
      values: readValues(scanner, 'target', () => readTarget(scanner)),
    }),
  ],
  [
    'outcome',
    ({ scanner }) => ({
      kind: 'outcome',
      values: readValues(scanner, 'outcome', () => readName(scanner, 'outcome', outcomes)),
    }),
  ],
  [
    'channel',
    ({ scanner }) => ({
      kind: 'channel',
      values: readValues(scanner, 'channel', () => readName(scanner, 'channel', channels)),
    }),
  ],
  [
    'ip',
    ({ scanner }) => ({
      kind: 'ip',
      values: readValues(scanner, 'ip', () =>
        readExact(
          scanner,
          'ip',
          parseIpRange,
          'Write an IPv4 or IPv6 address, or a network such as 10.0.0.0/8.',
        ),
      ),
    }),
  ],
  ['after', (context) => ({ kind: 'after', time: readTime(context, 'after') })],
  ['before', (context) => ({ kind: 'before', time: readTime(context, 'before') })],
  [
    'late',
    ({ scanner }) => ({
      kind: 'late',
      value:
        readOnlyValue(scanner, 'late', () => readName(scanner, 'late', ['true', 'false'])) ===
        'true',
    }),
  ],
  [
    'id',
    ({ scanner }) => ({
      kind: 'id',
      values: readValues(scanner, 'id', () =>
        readExact(scanner, 'id', parseId, 'Write the whole id of an event, a UUID.'),
      ),
    }),
  ],
  [
    'position',
    ({ scanner }) => ({
      kind: 'position',
      values: readValues(scanner, 'position', () =>
        readExact(
          scanner,
          'position',
          parsePositionRange,
          'Write a position (7), or a range from the lower to the higher one (100..200, 100.., ..200).',
        ),
      ),
    }),
  ],
]);

/** As they are written; those of `pathQualifiers` are followed by a dot and a path. */
export const qualifiers: readonly string[] = [...readers.keys(), ...pathQualifiers];

/** Reads the values of a qualifier; undefined when there is no such qualifier. */
export function readTerm(name: string, context: QualifierContext): Term | undefined {
  return readers.get(name)?.(context);
}

/** Reads a path, which follows the qualifier's dot, with the values behind it. */
export function readPathTerm(kind: PathQualifier, scanner: Scanner): Term {
  const path: [string, ...string[]] = [readSegment(scanner, kind)];
  while (scanner.take(/\./y) !== '') path.push(readSegment(scanner, kind));
  if (scanner.take(/:/y) === '') {
    scanner.fail(
      `${kind}.${path.join('.')} has no value`,
      `Write :VALUE behind it (:* for any value), or put the text in quotes to search for it.`,
      scanner.at,
    );
  }
  const qualifier = `${kind}.${path.join('.')}`;
  return {
    kind,
    path,
    values: readValues(scanner, qualifier, () => readPattern(scanner, qualifier, true)),
  };
}

function readSegment(scanner: Scanner, kind: PathQualifier): string {
  const start = scanner.at;
  const isQuoted = scanner.next === '"';
  const segment = isQuoted ? scanner.takeQuoted() : scanner.take(/[^\s.:"(),*]+/y);
  if (segment === '' && !isQuoted) {
    scanner.fail(
      `A name is missing behind ${kind}.`,
      `Write ${kind}.NAME:VALUE, with dots between the names of nested values.`,
      start,
    );
  }
  if (!isQuoted) scanner.checkUnquoted(start, scanner.at);
  return segment;
}

function readText(scanner: Scanner, kind: TextQualifier): Pattern {
  const start = scanner.at;
  const pattern = readPattern(scanner, kind);
  if (kind === 'type' && pattern.kind !== 'any') checkTypeCode(scanner, pattern, start);
  return pattern;
}

/** Type codes are of one form, and a text of another would find nothing. */
function checkTypeCode(scanner: Scanner, pattern: Pattern & { text: string }, start: number): void {
  const { kind, text } = pattern;
  const isCode =
    kind === 'prefix'
      ? /^[a-z][a-z0-9_]*(?:\.[a-z0-9_]+)*\.?$/.test(text)
      : typeCodeSchema.safeParse(text).success;
  if (isCode) return;
  const hint = /^[a-z][a-z0-9_]*$/.test(text)
    ? `Write type:${text}.* for all types that begin with it.`
    : 'Write lower-case words joined by dots, as in user.build, or the beginning of such a code and *.';
  scanner.fail('This is not the code of an event type', hint, start, scanner.at);
}

function readTarget(scanner: Scanner): TargetPattern {
  const start = scanner.at;
  const type = scanner.take(/[a-z][a-z0-9_-]{0,63}:/y).slice(0, -1);
  if (type === '') {
    readValue(scanner, 'target');
    scanner.fail(
      'target: takes the type and the id of a target',
      'Write target:build:42, or target:build:* for every build; quote only the id.',
      start,
      scanner.at,
    );
  }
  return { type, id: readPattern(scanner, `target:${type}`) };
}

function readName<Name extends string>(
  scanner: Scanner,
  qualifier: string,
  names: readonly Name[],
): Name {
  return readExact(
    scanner,
    qualifier,
    (text) => names.find((name) => name === text),
    `Write ${names.slice(0, -1).join(', ')} or ${names.at(-1)}.`,
  );
}

function readTime({ scanner, zone }: QualifierContext, qualifier: string): QueryTime {
  return readOnlyValue(scanner, qualifier, () => {
    const { text, isPrefix, start, end } = readValue(scanner, qualifier);
    const time = isPrefix ? { problem: 'is not a time' } : parseTime(text, zone);
    return 'problem' in time
      ? scanner.fail(`The value of ${qualifier}: ${time.problem}`, timeHint, start, end)
      : time;
  });
}

function parseId(text: string): string | undefined {
  return /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)
    ? text.toLowerCase()
    : undefined;
}

function parsePositionRange(text: string): PositionRange | undefined {
  const [, from = '', dots, to = ''] = /^(\d{0,16})(\.\.)?(\d{0,16})$/.exec(text) ?? [];
  if (dots === undefined ? from === '' || to !== '' : from === '' && to === '') return undefined;
  const range = {
    from: Number(from),
    to: Number(dots === undefined ? from : to || Number.MAX_SAFE_INTEGER),
  };
  return range.from <= range.to && Number.isSafeInteger(range.to) ? range : undefined;
}
