import fc from 'fast-check';
import { expect, it } from 'vitest';
import { cutText } from './cut-text.ts';

it('leaves text within the limit alone', () => {
  expect(cutText('x'.repeat(50), 50)).toBe('x'.repeat(50));
});

it('says at the end that text was cut, and how long it was', () => {
  const text = cutText('x'.repeat(3_000), 2_000);
  expect(text).toHaveLength(2_000);
  expect(text).toMatch(/^x+… \[cut: 3000 characters in total\]$/);
});

it.each([
  ['an emoji', '🦙'],
  ['a letter with a combining mark', 'e\u0301'],
  ['a family', '👩‍👩‍👧‍👦'],
])('does not cut inside %s', (_, character) => {
  for (let limit = 60; limit < 90; limit += 1) {
    const cut = cutText(character.repeat(100), limit);
    expect(cut.length).toBeLessThanOrEqual(limit);
    const [kept = ''] = cut.split('… [cut: ');
    expect(kept).toBe(character.repeat(kept.length / character.length));
  }
});

it('keeps any text well-formed and within the limit', () => {
  const texts = fc.string({ unit: 'binary', minLength: 60, maxLength: 400 });
  fc.assert(
    fc.property(texts, fc.integer({ min: 50, max: 300 }), (text, limit) => {
      const cut = cutText(text, limit);
      expect(cut.length).toBeLessThanOrEqual(limit);
      expect(cut.isWellFormed()).toBe(true);
    }),
  );
});

it('cuts a character of a thousand marks', () => {
  const cut = cutText(`a${'\u0301'.repeat(5_000)}`, 2_000);
  expect(cut.length).toBeGreaterThan(1_900);
});
