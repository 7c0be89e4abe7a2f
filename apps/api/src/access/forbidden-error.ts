/** A refusal that the trail can record: it stores the code; the message is for the caller alone. */

import { AppError, type ReasonCode } from '@liblab/audit-core';

export class ForbiddenError extends AppError {
  readonly reason: ReasonCode;

  constructor(reason: ReasonCode, message: string) {
    super('forbidden', message);
    this.reason = reason;
  }
}
