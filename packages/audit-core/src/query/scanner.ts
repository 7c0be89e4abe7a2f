/** Reads the text of a query from left to right: words, quoted texts and the checks that every one of them passes. */

import { limits } from '../limits.ts';
import { QueryError } from './query-error.ts';

export class Scanner {
  readonly text: string;
  /** UTF-16 offset of the next character. */
  at = 0;
  private values = 0;

  /** @throws QueryError when the text is too long or cannot be stored */
  constructor(text: string) {
    this.text = text;
    if (text.length > limits.queryCharsMax) {
      this.fail(
        `The query has ${text.length} characters; the limit is ${limits.queryCharsMax}`,
        'Shorten it.',
        limits.queryCharsMax,
        text.length,
      );
    }
    const unstorable = text.search(/\0|\p{Surrogate}/u);
    if (unstorable >= 0) {
      this.fail(
        'The query contains U+0000 or half of a surrogate pair, which no event contains',
        'Remove it.',
        unstorable,
        unstorable + 1,
      );
    }
  }

  /** The next character; empty at the end. */
  get next(): string {
    return this.text.charAt(this.at);
  }

  get isAtEnd(): boolean {
    return this.at >= this.text.length;
  }

  /** Whether a word or a value may end here. */
  get isAtBoundary(): boolean {
    return this.isAtEnd || /[\s)]/.test(this.next);
  }

  skipSpace(): void {
    this.take(/\s+/y);
  }

  /** Consumes what a sticky pattern matches; empty when it does not match here. */
  take(pattern: RegExp): string {
    pattern.lastIndex = this.at;
    const taken = pattern.exec(this.text)?.[0] ?? '';
    this.at += taken.length;
    return taken;
  }

  /** Consumes a text in straight quotes, in which `\"` and `\\` stand for `"` and `\`. */
  takeQuoted(): string {
    const start = this.at;
    const quoted = this.take(/"(?:[^"\\]|\\.)*"/sy);
    if (quoted === '') {
      this.fail(
        'The quote is not closed',
        String.raw`Add a " at its end. Inside quotes, write \" for a quote and \\ for a backslash before a quote.`,
        start,
      );
    }
    return quoted.slice(1, -1).replaceAll(/\\(["\\])/g, '$1');
  }

  /** Checks a part of the text that stands outside quotes. */
  checkUnquoted(start: number, end: number): void {
    const text = this.text.slice(start, end);
    const curly = text.search(curlyQuotes);
    if (curly >= 0 || singleQuoteFirst.test(text)) {
      const at = start + Math.max(curly, 0);
      this.fail(
        `${this.text.charAt(at)} does not quote text`,
        'Use straight double quotes, as in "free text".',
        at,
        at + 1,
      );
    }
    const invisible = text.search(invisibleCharacters);
    if (invisible >= 0) {
      const at = start + invisible;
      const code = this.text.charCodeAt(at).toString(16).toUpperCase().padStart(4, '0');
      this.fail(
        `The query contains the invisible character U+${code}`,
        'Remove it, or put the text that contains it in quotes.',
        at,
        at + 1,
      );
    }
  }

  /** Counts a word or a value of a qualifier against the limit. */
  countValue(start: number): void {
    this.values += 1;
    if (this.values > limits.queryValuesMax) {
      this.fail(
        `The query has more than ${limits.queryValuesMax} words and values`,
        'Use fewer of them, or a prefix such as type:user.* in place of a list.',
        start,
      );
    }
  }

  /** @throws QueryError always */
  fail(problem: string, hint: string, start: number, end = this.text.length): never {
    throw new QueryError(problem, hint, start, end);
  }
}

const curlyQuotes = /[\u201C-\u201F\u00AB\u00BB\u2039\u203A\u300C-\u300F\uFF02]/;
/** An apostrophe inside a word is part of a name. */
const singleQuoteFirst = /^['`\u2018-\u201B]/;
/** Controls and what is pasted unseen; those that scripts and emoji join with are not among them. */
const invisibleCharacters = /[\p{Cc}\u00AD\u200B\u200E\u200F\u202A-\u202E\u2060-\u2069]/u;

/** The beginning of a text, to quote in a message. */
export function excerptOf(text: string): string {
  const charsMax = 40;
  return text.length > charsMax ? `${text.slice(0, charsMax).toWellFormed()}…` : text;
}
