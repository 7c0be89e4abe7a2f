import fc from 'fast-check';
import { expect, it } from 'vitest';
import { foldCase } from './fold-case.ts';

it.each([
  ['ADA@Exciting.Soda', 'ada@exciting.soda'],
  ['ÉMILE@ΑΣ', 'émile@ασ'],
  ['\u212Aelvin', '\u212Aelvin'],
  ['\u2126 \u212B \u0130', '\u2126 \u212B \u0130'],
  ['STRASSE ẞ ß', 'strasse ẞ ß'],
  ['𐐀', '𐐨'],
])('folds %s to %s', (text, folded) => {
  expect(foldCase(text)).toBe(folded);
});

it('folds a part as it folds in the whole, and what is folded no further', () => {
  const text = fc.string({ unit: 'grapheme' });
  fc.assert(
    fc.property(text, text, (a, b) => {
      expect(foldCase(a + b)).toBe(foldCase(a) + foldCase(b));
      expect(foldCase(foldCase(a))).toBe(foldCase(a));
    }),
  );
});
