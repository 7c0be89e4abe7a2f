/** The one error of the log's maths: what was read or offered does not hold. */

/**
 * - `malformed`: text or bytes do not follow their format
 * - `out_of_range`: a position, size or time lies outside what the format or the tree allows
 * - `mismatch`: a hash computed here differs from the hash that was promised
 * - `bad_signature`: a signature by a known key does not verify
 * - `unsigned`: no known key has signed
 */
export type LogErrorCode = 'malformed' | 'out_of_range' | 'mismatch' | 'bad_signature' | 'unsigned';

/** Thrown by every parser and verifier of the log. `message` names the offending part and holds no payload. */
export class LogError extends Error {
  readonly code: LogErrorCode;

  constructor(code: LogErrorCode, message: string, options: { cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'LogError';
    this.code = code;
  }
}
