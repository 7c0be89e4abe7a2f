/** Writes a query as text, the same text for the same query. */

import { printIpRange } from './ip-range.ts';
import type { Expression, Pattern, PositionRange, Query } from './query.ts';
import { printTime } from './time-value.ts';

/** `parseQuery` reads the same query from it, in whichever zone; it is empty for the empty query. */
export function printQuery(query: Query): string {
  return query.kind === 'all' ? '' : print(query);
}

function print(query: Expression): string {
  switch (query.kind) {
    case 'and':
      return query.operands.map((operand) => printOperand(operand, ['and', 'or'])).join(' ');
    case 'or':
      return query.operands.map((operand) => printOperand(operand, ['or'])).join(' OR ');
    case 'not':
      return `-${printOperand(query.operand, ['and', 'or', 'not'])}`;
    case 'text':
      return printText(query.text);
    case 'target':
      return `target:${query.values.map(({ type, id }) => `${type}:${printPattern(id)}`).join()}`;
    case 'ip':
      return `ip:${query.values.map(printIpRange).join()}`;
    case 'after':
    case 'before':
      return `${query.kind}:${printTime(query.time)}`;
    case 'late':
      return `late:${query.value}`;
    case 'position':
      return `position:${query.values.map(printPositionRange).join()}`;
    case 'outcome':
    case 'channel':
    case 'id':
      return `${query.kind}:${query.values.join()}`;
    case 'details':
    case 'changes':
      return `${query.kind}.${query.path.map(printSegment).join('.')}:${query.values.map(printPattern).join()}`;
    default:
      return `${query.kind}:${query.values.map(printPattern).join()}`;
  }
}

/** In parentheses when it is one of the kinds that would otherwise read as a part of what surrounds it. */
function printOperand(operand: Expression, kinds: readonly Expression['kind'][]): string {
  return kinds.includes(operand.kind) ? `(${print(operand)})` : print(operand);
}

function printPattern(pattern: Pattern): string {
  if (pattern.kind === 'any') return '*';
  return printText(pattern.text) + (pattern.kind === 'prefix' ? '*' : '');
}

function printPositionRange({ from, to }: PositionRange): string {
  if (from === to) return String(from);
  return `${from}..${to === Number.MAX_SAFE_INTEGER ? '' : to}`;
}

/** In quotes unless it is a plain word: what else may stand outside them is the parser's to know. */
function printText(text: string): string {
  const isPlain = /^[\p{L}\p{N}_][\p{L}\p{N}_.@/+#-]*$/u.test(text);
  return isPlain && !/^(?:or|and|not|details\..*|changes\..*)$/i.test(text) ? text : quote(text);
}

function printSegment(segment: string): string {
  return /^[\p{L}\p{N}_$-]+$/u.test(segment) ? segment : quote(segment);
}

function quote(text: string): string {
  return `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
}
