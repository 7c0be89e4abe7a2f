/** Makes a user who signs in with an e-mail address and a password. */

import { AppError } from '@liblab/audit-core';
import { hashPassword } from 'better-auth/crypto';
import { UniqueConstraintError, type Transaction } from 'sequelize';
import { z } from 'zod';
import { parseInput } from '../../http/parse-input.ts';
import { storableText } from '../../http/storable-text.ts';
import type { ActContext } from '../../trail/record/record-act.ts';

export interface NewUser {
  email: string;
  name: string;
  /** 12 to 128 characters. */
  password: string;
  /** True only when somebody vouches for the address: who has not verified it cannot sign in. */
  emailVerified: boolean;
  /** Now when absent. */
  createdAt?: Date;
}

/** What a user may be. */
export const userShape = z.object({
  email: z.string().trim().toLowerCase().max(320).pipe(z.email()),
  name: storableText(z.string().trim().min(1).max(200)),
  password: z.string().min(12).max(128),
});

/**
 * Writes the user and the password together, in the caller's transaction or, with null, in one of their own.
 *
 * @throws AppError `bad_request`; `conflict` when the address has an account
 */
export async function createUser(
  ctx: Pick<ActContext, 'db' | 'clock'>,
  transaction: Transaction | null,
  user: NewUser,
): Promise<{ id: string }> {
  const { email, name, password } = parseInput(userShape, user);
  const { emailVerified, createdAt = new Date(ctx.clock()) } = user;
  return insertUser(ctx, transaction, {
    email,
    name,
    passwordHash: await hashPassword(password),
    emailVerified,
    createdAt,
  });
}

/** The same with a password that was hashed before, and everything else checked. A sign-up of the address ends. */
export async function insertUser(
  { db: { sequelize, models } }: Pick<ActContext, 'db'>,
  outer: Transaction | null,
  {
    email,
    name,
    passwordHash: password,
    emailVerified,
    createdAt,
  }: Required<Omit<NewUser, 'password'>> & { passwordHash: string },
): Promise<{ id: string }> {
  try {
    return await sequelize.transaction({ transaction: outer }, async (transaction) => {
      // The address has its account now, whichever way it came by it.
      await models.SignUp.destroy({ where: { email }, transaction });
      const { id } = await models.User.create(
        { email, name, emailVerified, createdAt },
        { transaction },
      );
      await models.Account.create(
        { userId: id, providerId: 'credential', accountId: id, password },
        { transaction },
      );
      return { id };
    });
  } catch (error) {
    if (!(error instanceof UniqueConstraintError)) throw error;
    throw new AppError('conflict', 'This e-mail address already has an account. Sign in instead.', {
      path: '$.email',
    });
  }
}
