/** Members for tests, who sign in with the password of all of them. */

import type { Role } from '@liblab/audit-core';
import { hashPassword } from 'better-auth/crypto';
import type { Database } from '../../src/db/database.ts';
import { addMember } from '../../src/portal/accounts/add-member.ts';
import { insertUser } from '../../src/portal/accounts/create-user.ts';
import { password } from './test-app.ts';

/** Hashed once: a hash costs more than all else that a test does for a member. */
let passwordHash: Promise<string> | undefined;

export async function hire(
  db: Database,
  member: { organizationId: string; email: string; name: string; role: Role },
): Promise<{ id: string }> {
  const { organizationId, email, name, role } = member;
  passwordHash ??= hashPassword(password);
  const { id } = await insertUser({ db }, null, {
    email,
    name,
    passwordHash: await passwordHash,
    emailVerified: true,
    createdAt: new Date(),
  });
  await addMember({ db, clock: Date.now }, null, { organizationId, userId: id, role });
  return { id };
}
