import { expect, test } from 'vitest';
import { stableId } from './stable-id.ts';

const dns = '6ba7b810-9dad-11d1-80b4-00c04fd430c8';

test('matches the UUID v5 example of RFC 9562', () => {
  expect(stableId(dns, 'www.example.com')).toBe('2ed6657d-e927-568b-95e1-2665a8aea6a2');
  expect(stableId(dns.toUpperCase(), 'www.example.com')).toBe(
    '2ed6657d-e927-568b-95e1-2665a8aea6a2',
  );
});

test('hashes text as UTF-8, and rejects a namespace that is not a UUID', () => {
  // From Python: uuid.uuid5(uuid.NAMESPACE_DNS, 'žluťoučký 🐎').
  expect(stableId(dns, 'žluťoučký 🐎')).toBe('6e016644-846d-5532-9e80-2a9c1ad7711a');
  expect(() => stableId('cloudtrail', 'x')).toThrow(TypeError);
});
