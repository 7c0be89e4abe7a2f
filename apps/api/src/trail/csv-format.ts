/** CSV as RFC 4180 has it, safe to open in a spreadsheet. */

/**
 * One line, CRLF included. A cell that a spreadsheet would run as a formula, beginning with = + - @ (full-width ones too),
 * TAB, CR or LF, gets an apostrophe before it, and so does one that looks as if it already had: taking one away from each cell that begins
 * with apostrophes and such a character gives back what was there. Numbers below zero are no exception, since a text
 * cannot be told from them; no column holds any.
 */
export function csvLine(cells: readonly string[]): string {
  let line = '';
  for (const [place, cell] of cells.entries())
    line += place === 0 ? csvCell(cell) : `,${csvCell(cell)}`;
  return `${line}\r\n`;
}

function csvCell(text: string): string {
  if (text === '') return text;
  const first = text.charCodeAt(0);
  // All of them, the apostrophe and the digits come before the letters, the full-width ones after.
  const safe = first <= 0x40 || first >= 0xff00 ? neutralize(text) : text;
  // Spreadsheets of many countries part cells at semicolons.
  return /[",;\r\n]/.test(safe) ? `"${safe.replaceAll(/"/g, '""')}"` : safe;
}

function neutralize(text: string): string {
  return /^'*[=+\-@＝＋－＠\t\r\n]/.test(text) ? `'${text}` : text;
}
