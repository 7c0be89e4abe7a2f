/** The one error of reading a query: where it is wrong, and how to put it right. */

import { AppError } from '../errors.ts';

export class QueryError extends AppError {
  /** UTF-16 offsets of the offending part, the second one exclusive. */
  readonly start: number;
  readonly end: number;
  /** A sentence that says how to correct the query. */
  readonly hint: string;

  /** `problem` is a clause without a full stop. */
  constructor(problem: string, hint: string, start: number, end: number) {
    super('invalid_filter', `${problem} (at character ${start + 1}). ${hint}`, { path: '$.q' });
    this.name = 'QueryError';
    this.start = start;
    this.end = end;
    this.hint = hint;
  }
}
