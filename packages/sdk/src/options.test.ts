import { expect, test } from 'vitest';
import { ConfigurationError } from './errors.ts';
import { checkOptions } from './options.ts';

const apiKey = 'llat_secret';

test.each([
  ['https://portal.example.com', 'https://portal.example.com/api/v1/events'],
  ['https://portal.example.com/audit/', 'https://portal.example.com/audit/api/v1/events'],
  ['http://127.0.0.1:4000', 'http://127.0.0.1:4000/api/v1/events'],
  ['http://localhost:4000', 'http://localhost:4000/api/v1/events'],
  ['http://[::1]:4000', 'http://[::1]:4000/api/v1/events'],
])('%s is accepted', (url, endpoint) => {
  expect(checkOptions({ url, apiKey }, {}).endpoint.href).toBe(endpoint);
});

test.each([
  'http://portal.example.com',
  'http://10.0.0.1',
  'http://127.0.0.1.example.com',
  'http://localhost.example.com',
  'ftp://localhost',
  'https://key@portal.example.com',
  'https://portal.example.com/?key=x',
  'portal.example.com',
  '',
])('%s is rejected', (url) => {
  expect(() => checkOptions({ url, apiKey }, {})).toThrow(ConfigurationError);
});

test('missing options come from the environment, and errors name the option', () => {
  const env = { AUDIT_URL: 'https://a.example', AUDIT_API_KEY: 'llat_env' };
  expect(checkOptions({}, env)).toMatchObject({
    apiKey: 'llat_env',
    batchEventsMax: 500,
    gzip: true,
  });
  expect(checkOptions({ apiKey }, env).apiKey).toBe(apiKey);
  expect(checkOptions({ url: 'http://localhost' }, env).gzip).toBe(false);
  expect(() => checkOptions({}, {})).toThrow('url is missing; pass it or set AUDIT_URL');
  expect(() => checkOptions({ url: 'https://a.example' }, {})).toThrow('set AUDIT_API_KEY');
  expect(() => checkOptions({ batchEventsMax: 1_001 }, env)).toThrow(
    'AuditClient: batchEventsMax must be at most 1000',
  );
  expect(() => checkOptions({ batchSize: 1 } as object, env)).toThrow(
    'AuditClient: options must not contain the unknown field "batchSize"',
  );
  expect(() => checkOptions({ apiKey: `${apiKey}\n` }, env)).toThrow(/^(?!.*secret).*apiKey/);
});
