/** CSV as RFC 4180 has it, safe to open in a spreadsheet. */

/**
 * One line, CRLF included. A cell that a spreadsheet would run as a formula, beginning with = + - @ (full-width ones too),
 * TAB, CR or LF, gets an apostrophe before it, and so does one that looks as if it already had: taking one away from each cell that begins
 * with apostrophes and such a character gives back what was there. Numbers below zero are no exception, since a text
 * cannot be told from them; no column holds any.
 */
export function csvLine(cells: readonly (string | undefined)[]): string {
  let line = csvCell(cells[0]);
  for (let place = 1; place < cells.length; place += 1) line += `,${csvCell(cells[place])}`;
  return `${line}\r\n`;
}

function csvCell(cell: string | undefined): string {
  // A row that somebody spoilt may hold anything.
  const text = String(cell ?? '');
  if (text === '') return '';
  const first = text.charCodeAt(0);
  // All of them and the apostrophe come before the letters and are no digits; the full-width ones come after.
  const harmless = (first > 0x40 && first < 0xff00) || (first >= 0x30 && first <= 0x39);
  const safe = harmless ? text : neutralize(text);
  // Spreadsheets of many countries part cells at semicolons.
  return /[",;\r\n]/.test(safe) ? `"${safe.replaceAll(/"/g, '""')}"` : safe;
}

function neutralize(text: string): string {
  return /^'*[=+\-@＝＋－＠\t\r\n]/.test(text) ? `'${text}` : text;
}
