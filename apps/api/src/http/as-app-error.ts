/** Any failure as the error that a caller may see: expected ones as they are, all others without their words. */

import { AppError } from '@liblab/audit-core';
import { BaseError } from 'sequelize';

/** What is not expected becomes `internal`, a database that is away `unavailable`; the cause is for the log. */
export function asAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (isDatabaseAway(error)) {
    return new AppError('unavailable', 'The database is unreachable. Try again in a moment.', {
      retryAfterSeconds: 1,
      cause: error,
    });
  }
  return new AppError(
    'internal',
    'Internal error. The service logged the cause under this request id.',
    { cause: error },
  );
}

const awayCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ENOENT',
  'ETIMEDOUT',
  // admin_shutdown, crash_shutdown, cannot_connect_now, too_many_connections
  '57P01',
  '57P02',
  '57P03',
  '53300',
]);

/** Node's and Postgres's codes for a lost or refused connection; pg gives some of them as words alone. */
function isDatabaseAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const cause = error instanceof BaseError && 'parent' in error ? error.parent : error;
  const { code, syscall, message } = cause as NodeJS.ErrnoException;
  // ENOENT is a missing socket only when connecting.
  if (code === 'ENOENT') return syscall === 'connect';
  if (code !== undefined && (awayCodes.has(code) || code.startsWith('08'))) return true;
  return /^(Connection terminated|timeout exceeded when trying to connect|Query read timeout)/.test(
    message,
  );
}
