/** An act that may be refused: what it does stands with its event, or nothing but the record of the refusal. */

import { AppError } from '@liblab/audit-core';
import type { Transaction } from 'sequelize';
import type { Source } from '../../access/source.ts';
import { recordAct, type Act, type ActType, type ActContext } from './record-act.ts';

/**
 * Runs `work` in a transaction. What `work` denies is rolled back, recorded as denied with its reason in a transaction
 * of its own, and thrown.
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
        reason: cause.message,
      }),
    );
    throw cause;
  }
}

/** Inside an attempt: denies the act when `check` throws `forbidden`; other errors of it are not recorded. */
export function denyUnless<T extends ActType>(act: Act<T>, check: () => void): void {
  try {
    check();
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'forbidden') throw error;
    throw new Denial(act, error);
  }
}

class Denial extends Error {
  readonly act: Act<ActType>;
  override readonly cause: AppError;

  constructor(act: Act<ActType>, cause: AppError) {
    super(cause.message);
    this.act = act;
    this.cause = cause;
  }
}
