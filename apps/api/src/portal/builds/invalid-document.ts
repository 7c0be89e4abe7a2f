/** Why a document cannot be parsed, and where. Lines and columns count from 1. */
export class InvalidDocument extends Error {
  readonly line: number;
  readonly column: number;

  constructor(reason: string, { line = 1, col = 1 }: { line?: number; col?: number } = {}) {
    super(reason);
    this.line = Math.max(1, line);
    this.column = Math.max(1, col);
  }
}
