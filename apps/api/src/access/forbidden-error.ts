/** A denial that the trail can record: the trail stores the reason code; only the caller sees the message. */

import { AppError, type ReasonCode } from '@liblab/audit-core';

export class ForbiddenError extends AppError {
  readonly reason: ReasonCode;

  constructor(reason: ReasonCode, message: string) {
    super('forbidden', message);
    this.reason = reason;
  }
}
