import { expect, it } from 'vitest';
import { dropRedactedValues } from './drop-redacted-values.ts';

it('drops both values of redacted changes only', () => {
  const event = {
    id: 'a',
    changes: [
      { path: 'password', before: 'hunter2', after: 'x', redacted: true },
      { path: 'name', before: 'Ada', after: 'Eve', redacted: false },
      { path: 'email', after: 'ada@exciting.soda' },
    ],
  };
  const sent = structuredClone(event);
  expect(dropRedactedValues(event)).toEqual({
    id: 'a',
    changes: [{ path: 'password', redacted: true }, ...event.changes.slice(1)],
  });
  expect(event).toEqual(sent);
});

it.each([
  undefined,
  null,
  'text',
  7,
  [],
  {},
  { changes: null },
  { changes: 'x' },
  { changes: [null, 1, 'x', {}, { redacted: true }, { redacted: 'true', before: 1 }] },
])('returns %j itself', (value) => {
  expect(dropRedactedValues(value)).toBe(value);
});
