/** What may go wrong, and the exit code that tells a script which. */

export const exitCodes = {
  /** The Portal refused it, or a file is not as it must be. */
  failed: 1,
  /** The command itself cannot be understood. */
  usage: 2,
  /** Nobody is signed in, or who is may not do it. */
  notAllowed: 3,
  /** The Portal could not be reached, or was busy for too long: the same command may succeed later. */
  unavailable: 4,
} as const;

/** An expected failure. The message says what, the limit and the next step, and holds no secret. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly exitCode: number;

  constructor(kind: keyof typeof exitCodes, message: string, options?: ErrorOptions) {
    super(message, options);
    this.exitCode = exitCodes[kind];
  }
}
