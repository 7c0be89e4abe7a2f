/** Reads one term: a word, a quoted text, or a qualifier with its values. */

import { qualifiers, readPathTerm, readTerm } from './qualifiers.ts';
import { pathQualifiers, type Term } from './query.ts';
import { excerptOf, type Scanner } from './scanner.ts';
import { suggestQualifier } from './suggest-qualifier.ts';

/** Stops behind the term. */
export function parseTerm(scanner: Scanner, zone: string): Term {
  const start = scanner.at;
  if (scanner.next === '"') return parseQuotedText(scanner);
  for (const kind of pathQualifiers) {
    if (scanner.take(kind === 'details' ? /details\./y : /changes\./y) !== '') {
      return readPathTerm(kind, scanner);
    }
  }
  const word = scanner.take(/[^\s():",]+/y);
  if (scanner.take(/:/y) === '') return checkWord(scanner, word, start);
  return readTerm(word, { scanner, zone }) ?? failUnknownQualifier(scanner, word, start);
}

function parseQuotedText(scanner: Scanner): Term {
  const start = scanner.at;
  scanner.countValue(start);
  const text = scanner.takeQuoted();
  if (text === '') {
    scanner.fail(
      'The quotes are empty',
      'Write text between them, or remove them.',
      start,
      scanner.at,
    );
  }
  if (!scanner.isAtBoundary) {
    scanner.fail(
      'A quoted text goes on after it ends',
      'Put a space after the closing quote. Text matches anywhere, so no * is needed.',
      scanner.at,
      scanner.at + 1,
    );
  }
  return { kind: 'text', text };
}

/** A word outside quotes stands for its text, unless somebody may have meant more by it. */
function checkWord(scanner: Scanner, word: string, start: number): Term {
  const end = scanner.at;
  scanner.countValue(start);
  scanner.checkUnquoted(start, end);
  const quoteIt = 'Put the text in quotes to search for it.';
  if (!scanner.isAtBoundary) {
    scanner.fail(
      `A word contains ${scanner.next}`,
      `${quoteIt} Only the values of a qualifier are separated by commas, as in type:a.b,c.d.`,
      scanner.at,
      scanner.at + 1,
    );
  }
  if (/^(?:or|and|not)$/i.test(word)) {
    const operator = word.toUpperCase();
    scanner.fail(
      `"${word}" is neither an operator nor in quotes`,
      `Write ${operator} in capitals for the operator, or "${word}" to search for the word.`,
      start,
      end,
    );
  }
  if (/^(?:!|[|&]+$)/.test(word)) {
    scanner.fail(
      `${excerptOf(word)} is not an operator`,
      `Operators are AND, OR, NOT and -. ${quoteIt}`,
      start,
      end,
    );
  }
  if (/^[\u2010-\u2015\u2212]/.test(word)) {
    scanner.fail(
      `${word.charAt(0)} is not a minus sign`,
      `Write - before a term to exclude it. ${quoteIt}`,
      start,
      start + 1,
    );
  }
  const star = word.indexOf('*');
  if (star >= 0) {
    scanner.fail(
      'A word contains *',
      `A word matches anywhere in a text, so no * is needed. ${quoteIt}`,
      start + star,
      start + star + 1,
    );
  }
  const [, name = ''] = /^([a-z]{2,11})(?:[=<>~\uFF1A]|!=)/.exec(word) ?? [];
  if (qualifiers.includes(name)) {
    scanner.fail(
      `${name} is followed by another character than a colon`,
      `Write ${name}:VALUE. ${quoteIt}`,
      start,
      end,
    );
  }
  return { kind: 'text', text: word };
}

function failUnknownQualifier(scanner: Scanner, name: string, start: number): never {
  const end = start + name.length + 1;
  scanner.checkUnquoted(start, end);
  const suggestion = suggestQualifier(name, qualifiers);
  if (suggestion) {
    return scanner.fail(
      `There is no qualifier "${excerptOf(name)}"`,
      `Did you mean ${suggestion}?`,
      start,
      end,
    );
  }
  const rest = scanner.take(/[^\s()"]*/y);
  const text = excerptOf(`${name}:${rest}`);
  return scanner.fail(
    name === ''
      ? 'A colon stands without a qualifier'
      : `There is no qualifier "${excerptOf(name)}"`,
    `To search for the text, put it in quotes: "${text}". The qualifiers are ${qualifiers.join(', ')}.`,
    start,
    scanner.at,
  );
}
