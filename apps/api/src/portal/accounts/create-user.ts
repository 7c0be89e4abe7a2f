/** Creates a user who signs in with an e-mail address and a password. */

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
  /** Users with an unverified address cannot sign in. */
  emailVerified: boolean;
  /** Now when absent. */
  createdAt?: Date;
}

/** Bounds of a user's e-mail address, name and password. */
export const userShape = z.object({
  email: z.string().trim().toLowerCase().max(320).pipe(z.email()),
  name: storableText(z.string().trim().min(1).max(200)),
  password: z.string().min(12).max(128),
});

/**
 * Creates user and password atomically, in the caller's transaction or, with null, in one of its own.
 *
 * @throws AppError `bad_request`; `conflict` when the address already has an account
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

/**
 * Like `createUser`, with validated input and a hashed password. Deletes a pending sign-up of the address.
 *
 * @throws AppError `conflict` when the address already has an account
 */
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
      // Its link must not work once the address has an account.
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
