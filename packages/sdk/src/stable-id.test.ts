import { expect, test } from 'vitest';
import { stableId } from './stable-id.ts';

const dns = '6ba7b810-9dad-11d1-80b4-00c04fd430c8';

test('is the UUID of version 5 that RFC 9562 gives as its example', () => {
  expect(stableId(dns, 'www.example.com')).toBe('2ed6657d-e927-568b-95e1-2665a8aea6a2');
  expect(stableId(dns.toUpperCase(), 'www.example.com')).toBe(
    '2ed6657d-e927-568b-95e1-2665a8aea6a2',
  );
});

test('hashes text as UTF-8, and refuses a namespace that is no UUID', () => {
  // uuid.uuid5(uuid.NAMESPACE_DNS, 'žluťoučký 🐎') of Python.
  expect(stableId(dns, 'žluťoučký 🐎')).toBe('6e016644-846d-5532-9e80-2a9c1ad7711a');
  expect(() => stableId('cloudtrail', 'x')).toThrow(TypeError);
});
