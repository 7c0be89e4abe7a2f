/** Serializes errors for the log without the values that database drivers attach to them. */

interface SerializedError {
  type: string;
  message: string;
  code?: string;
  stack?: string;
  cause?: SerializedError;
}

/**
 * For pino's `serializers.err`. Sequelize's errors contain the statement's parameters and Postgres's the failing row:
 * names, addresses, hashes. Keeps type, message, code and stack, also those of the cause.
 */
export function serializeError(error: unknown): SerializedError {
  if (!(error instanceof Error)) return { type: typeof error, message: 'not an Error' };
  const { code, parent } = error as { code?: unknown; parent?: unknown };
  const cause = error.cause ?? parent;
  return {
    type: error.name,
    message: error.message,
    ...(typeof code === 'string' ? { code } : {}),
    ...(error.stack === undefined ? {} : { stack: error.stack }),
    ...(cause === undefined ? {} : { cause: serializeError(cause) }),
  };
}
