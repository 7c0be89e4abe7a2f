/** CSV as RFC 4180 has it, safe to open in a spreadsheet. */

/**
 * One line, CRLF included. A cell that a spreadsheet would run as a formula, beginning with = + - @ TAB or CR, gets an
 * apostrophe before it, and so does one that looks as if it already had: taking one away from each cell that begins
 * with apostrophes and such a character gives back what was there. Numbers below zero are no exception, since a text
 * cannot be told from them; no column holds any.
 */
export function csvLine(cells: readonly string[]): string {
  let line = '';
  for (const cell of cells) line += (line && ',') + csvCell(cell);
  return `${line}\r\n`;
}

function csvCell(text: string): string {
  const safe = /^'*[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
