import { expect, it } from 'vitest';
import { jsonPath } from './json-path.ts';

it('starts at $ and names exactly one value', () => {
  expect(jsonPath([])).toBe('$');
  expect(['a', 'a.b', 'a"]', '', '0', 'ß', 3].map((key) => jsonPath(['details', key]))).toEqual([
    '$.details.a',
    '$.details["a.b"]',
    '$.details["a\\"]"]',
    '$.details[""]',
    '$.details["0"]',
    '$.details["ß"]',
    '$.details[3]',
  ]);
});
