/** Turns any failure into an error that a caller may see: expected errors unchanged, all others without their message. */

import { AppError } from '@liblab/audit-core';
import { BaseError } from 'sequelize';

/** A lost database becomes `unavailable`, any other unexpected error `internal`; the original is the `cause`, for the log. */
export function asAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (isDatabaseUnreachable(error)) {
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

const unreachableCodes = new Set([
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

/** By Node's and Postgres's codes for a lost or refused connection; pg reports some of them only in the message. */
function isDatabaseUnreachable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const cause = error instanceof BaseError && 'parent' in error ? error.parent : error;
  const { code, syscall, message } = cause as NodeJS.ErrnoException;
  // From `connect`, ENOENT means that the socket file is missing; from other calls, some other file.
  if (code === 'ENOENT') return syscall === 'connect';
  if (code !== undefined && (unreachableCodes.has(code) || code.startsWith('08'))) return true;
  return /^(Connection terminated|timeout exceeded when trying to connect|Query read timeout)/.test(
    message,
  );
}
