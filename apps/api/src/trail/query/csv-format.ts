/** Formats CSV (RFC 4180) that is safe to open in a spreadsheet. */

import { cutText } from '@liblab/audit-core';

/** The most that a cell of Excel holds, in UTF-16 units. */
const cellCharsMax = 32_767;

/**
 * One line, CRLF included. An apostrophe keeps a spreadsheet from running a cell as a formula: it stands before each
 * = + - @ (full-width ones too) that begins a cell, and before a TAB, CR or LF that does. A spreadsheet may separate
 * cells at semicolons, tabs or line breaks inside the text, and may ignore blanks and quotes at the start of a cell, so
 * these positions count as starts too. Negative numbers are no exception, since a text cannot be told from them; no
 * column holds any. `withoutApostrophes` in the tests gives the original text back.
 *
 * A longer cell than Excel can hold is cut, and says so at its end.
 */
export function csvLine(cells: readonly (string | undefined)[]): string {
  let line = csvCell(cells[0]);
  for (let place = 1; place < cells.length; place += 1) line += `,${csvCell(cells[place])}`;
  return `${line}\r\n`;
}

function csvCell(cell: string | undefined): string {
  // A damaged row may contain any value.
  const text = String(cell ?? '');
  if (text === '') return '';
  const first = text.charCodeAt(0);
  // Most cells begin with a digit or an ASCII letter, which starts no formula.
  const isHarmless = (first > 0x40 && first <= 0x7e) || (first >= 0x30 && first <= 0x39);
  let safe = isHarmless ? text : text.replace(formulaAtStart, "'");
  if (separators.test(safe)) safe = safe.replaceAll(formulaAfterSeparator, "$&'");
  safe = cutText(safe, cellCharsMax);
  return /[",;\r\n]/.test(safe) ? `"${safe.replaceAll(/"/g, '""')}"` : safe;
}

const separators = /[;\t\r\n]/;
/** Blanks, invisible characters, quotes and apostrophes, but no separators: runs are read once, in linear time. */
const ignored = String.raw`[[\p{Z}\p{Cc}\p{Cf}"']--[\t\r\n]]*`;
const formulaAtStart = new RegExp(String.raw`^(?=${ignored}[=+\-@＝＋－＠\t\r\n])`, 'v');
const formulaAfterSeparator = new RegExp(
  String.raw`${separators.source}(?=${ignored}[=+\-@＝＋－＠])`,
  'gv',
);
