import { expect, it } from 'vitest';
import { clientAddress } from './client-address.ts';

it.each([
  ['192.0.2.7', '192.0.2.7'],
  ['192.0.2.7:5555', '192.0.2.7'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['2001:db8::1', '2001:db8::1'],
  ['[2001:db8::1]:443', '2001:db8::1'],
  ['fe80::1%eth0', 'fe80::1'],
  ['::1', '::1'],
  ['unknown', undefined],
  ['999.0.2.7', undefined],
  ['not-an-ip<script>', undefined],
  ['', undefined],
])('%s is %s', (ip, address) => {
  expect(clientAddress({ ip })).toBe(address);
});
