/** `LogError`: input to the log's functions is invalid or does not verify. */

/**
 * Why it failed:
 * - `malformed`: text or bytes do not follow their format
 * - `out_of_range`: a position, size or time is outside the range of the format or the tree
 * - `mismatch`: a computed hash differs from the expected one
 * - `bad_signature`: the signature of a known key does not verify
 * - `unsigned`: there is no signature by a known key
 */
export type LogErrorCode = 'malformed' | 'out_of_range' | 'mismatch' | 'bad_signature' | 'unsigned';

/** Thrown by all parsers and verifiers of the log. `message` names the invalid part and contains none of its content. */
export class LogError extends Error {
  readonly code: LogErrorCode;

  constructor(code: LogErrorCode, message: string, options: { cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'LogError';
    this.code = code;
  }
}
