/** Runs an act that may be denied: commits the act with its event, or only the record of the denial. */

import type { EventType } from '@liblab/audit-core';
import type { Transaction } from 'sequelize';
import { ForbiddenError } from '../../access/forbidden-error.ts';
import type { Source } from '../../access/source.ts';
import { recordAct, type Act, type ActContext } from './record-act.ts';

/**
 * Runs `work` in a transaction. A denial rolls it back and is recorded, with its reason code, in a separate transaction.
 *
 * @throws ForbiddenError the denial; any other error of `work`
 */
export async function attemptAct<Result>(
  services: ActContext,
  source: Source,
  work: (transaction: Transaction) => Promise<Result>,
): Promise<Result> {
  const { sequelize } = services.db;
  try {
    return await sequelize.transaction(work);
  } catch (error) {
    if (!(error instanceof Denial)) throw error;
    const { act, cause } = error;
    await sequelize.transaction((transaction) =>
      recordAct(services, transaction, source, {
        ...act,
        outcome: 'denied',
        reason: cause.reason,
      }),
    );
    throw cause;
  }
}

/**
 * Denies the act of an `attemptAct` when `check` throws a `ForbiddenError`.
 *
 * @throws Denial, which `attemptAct` records; any other error of `check`, which is not recorded
 */
export function denyUnless<T extends EventType>(act: Act<T>, check: () => void): void {
  try {
    check();
  } catch (error) {
    if (!(error instanceof ForbiddenError)) throw error;
    throw new Denial(act, error);
  }
}

class Denial extends Error {
  readonly act: Act<EventType>;
  override readonly cause: ForbiddenError;

  constructor(act: Act<EventType>, cause: ForbiddenError) {
    super(cause.message);
    this.act = act;
    this.cause = cause;
  }
}
