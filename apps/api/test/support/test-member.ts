/** Creates members for tests, all with the same password. */

import type { Role } from '@liblab/audit-core';
import type { Database } from '../../src/db/database.ts';
import { addMember } from '../../src/portal/accounts/add-member.ts';
import { insertUser } from '../../src/portal/accounts/create-user.ts';

/** better-auth's hash of the `password` of tests, made beforehand: hashing is slow on purpose. */
export const passwordHash =
  '5e65b84fc8114948ecb71d0662e1eec1:69c2d9e4730c71d51788095093c8efe359526039dd5e67070103fc2316c78dd005854eda0b5388f6272bf28a3eb8ff89ba3a17737cd4bb6ecb40c98f0a59290c';

export async function createTestMember(
  db: Database,
  member: { organizationId: string; email: string; name: string; role: Role },
): Promise<{ id: string }> {
  const { organizationId, email, name, role } = member;
  const { id } = await insertUser({ db }, null, {
    email,
    name,
    passwordHash,
    emailVerified: true,
    createdAt: new Date(),
  });
  await addMember({ db, clock: Date.now }, null, { organizationId, userId: id, role });
  return { id };
}
