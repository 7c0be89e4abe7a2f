/** Expected failures, each with an exit code for scripts. */

/** Exit codes by kind of failure. */
export const exitCodes = {
  /** The Portal rejected the request, the build failed, or a file is invalid. */
  failed: 1,
  /** The command line or the environment is invalid. */
  usage: 2,
  /** Not signed in, or not allowed. */
  notAllowed: 3,
  /** The Portal is unreachable or overloaded; the same command may succeed later. */
  unavailable: 4,
} as const;

/** An expected failure. The message says what is wrong and the next step, and contains no secret. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly exitCode: number;

  constructor(kind: keyof typeof exitCodes, message: string, options?: ErrorOptions) {
    super(message, options);
    this.exitCode = exitCodes[kind];
  }
}
