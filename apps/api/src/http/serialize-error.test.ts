import { DatabaseError } from 'sequelize';
import { expect, it } from 'vitest';
import { asAppError } from './as-app-error.ts';
import { serializeError } from './serialize-error.ts';

it('keeps type, message, code and cause, and drops the values that drivers attach', () => {
  const secret = 'ada@example.com';
  const parent = Object.assign(new Error('null value in column "email"'), {
    code: '23502',
    detail: `Failing row contains (${secret})`,
    sql: 'insert into users',
    parameters: [secret],
  });
  const serialized = serializeError(asAppError(new DatabaseError(parent)));
  expect(serialized).toMatchObject({
    type: 'AppError',
    cause: { type: 'SequelizeDatabaseError', cause: { code: '23502' } },
  });
  expect(JSON.stringify(serialized)).not.toContain(secret);
});

it.each([
  Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }),
  Object.assign(new Error('connect ENOENT'), { code: 'ENOENT', syscall: 'connect' }),
  Object.assign(new Error('terminating connection'), { code: '57P01' }),
  new Error('Connection terminated unexpectedly'),
])('maps a lost database to unavailable: %s', (error) => {
  expect(asAppError(error)).toMatchObject({ code: 'unavailable', retryAfterSeconds: 1 });
});

it('hides the message of an unexpected error', () => {
  const error = Object.assign(new Error('no such file: /etc/secret'), {
    code: 'ENOENT',
    syscall: 'open',
  });
  expect(asAppError(error)).toMatchObject({ code: 'internal', cause: error });
  expect(asAppError(error).message).not.toContain('secret');
});
