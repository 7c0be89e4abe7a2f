import fc from 'fast-check';
import { expect, it } from 'vitest';
import { withoutApostrophes } from '../../../test/support/without-apostrophes.ts';
import { csvLine } from './csv-format.ts';

/** The cells that a lenient spreadsheet sees: quotes mean nothing, and blanks are removed. */
function cellsAt(separator: RegExp, line: string): string[] {
  return line.split(separator).map((cell) => cell.replace(/^[\s"\u200b]+/, ''));
}
const formula = /^[=+\-@＝＋－＠]/;

it.each([
  ["x;=cmd|' /C calc'!A0", `"x;'=cmd|' /C calc'!A0"`],
  [' =1+1', "' =1+1"],
  ['\u00a0=1+1', "'\u00a0=1+1"],
  ['\ufeff=1+1', "'\ufeff=1+1"],
  ['x; =1', `"x;' =1"`],
  ['x;"=1"', `"x;'""=1"""`],
  ['x\n@SUM(A1)', `"x\n'@SUM(A1)"`],
  ['x\t-1', "x\t'-1"],
  ['\t=1', "'\t'=1"],
  ['＝1', "'＝1"],
  ['a-b+c=d@e', 'a-b+c=d@e'],
  ['Łódź', 'Łódź'],
  ['', ''],
])('writes %j as %j', (text, cell) => {
  expect(csvLine(['first', text])).toBe(`first,${cell}\r\n`);
});

it('leaves no formula at any separator, and gives the original text back', () => {
  const unit = fc.constantFrom(...'=+-@＝;\t\r\n "\'xé🦙,\u00a0\u200b');
  fc.assert(
    fc.property(fc.string({ unit, maxLength: 40 }), (text) => {
      const line = csvLine(['first', text, 'last']);
      for (const separator of [/;/, /\t/, /[;\r\n]/]) {
        for (const cell of cellsAt(separator, line)) expect(cell).not.toMatch(formula);
      }
      const cell = line.slice('first,'.length, -',last\r\n'.length);
      const written = cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell;
      expect(withoutApostrophes(written)).toBe(text);
    }),
    { numRuns: 2_000 },
  );
});

it("cuts a cell at Excel's limit, and says so", () => {
  const [, cell = ''] = csvLine(['first', '🦙'.repeat(20_000)])
    .trimEnd()
    .split(',');
  expect(cell.length).toBeLessThanOrEqual(32_767);
  expect(cell.length).toBeGreaterThan(32_700);
  expect(cell).toMatch(/^🦙+… \[cut: 40000 characters in total\]$/u);
  const whole = 'x'.repeat(32_767);
  expect(csvLine([whole])).toBe(`${whole}\r\n`);
});

it('takes linear time for text that consists of separators and blanks', () => {
  const startedAt = performance.now();
  for (const text of ['\n', ' ', ';', "'", ';  ']) csvLine([`x${text.repeat(60_000)}`]);
  expect(performance.now() - startedAt).toBeLessThan(2_000);
});
