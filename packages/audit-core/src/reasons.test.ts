import { expect, test } from 'vitest';
import { isReasonCode, reasonText, reasonTexts } from './index.ts';

test('each code of the Portal has a text', () => {
  for (const [code, text] of Object.entries(reasonTexts)) {
    expect(code).toMatch(/^[a-z]+(_[a-z]+)+$/);
    expect(reasonText({ reason: code })).toBe(text);
    expect(text).toMatch(/^[A-Z].*\.$/);
  }
});

test('a reason that is not a code is shown as it is', () => {
  expect(reasonText({ reason: 'The role member may not do this.' })).toBe(
    'The role member may not do this.',
  );
  expect(reasonText({})).toBeUndefined();
  expect(isReasonCode('toString')).toBe(false);
  expect(reasonText({ reason: 'toString' })).toBe('toString');
});

test("a code that a key reported is the emitter's own text", () => {
  const reportedBy = { keyId: '1', name: 'CI' };
  expect(reasonText({ reason: 'last_owner', reportedBy })).toBe('last_owner');
});
