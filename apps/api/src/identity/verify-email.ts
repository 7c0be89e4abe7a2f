/** Makes the account that somebody signed up for, once the address has proved to be theirs. */

import { AppError } from '@liblab/audit-core';
import { readLinkToken } from '../access/link-token.ts';
import type { SourceOf } from '../access/source.ts';
import type { Services } from '../context.ts';
import { recordAct } from '../events/record-act.ts';
import { insertUser } from './create-user.ts';
import { placeByDomain } from './join-by-domain.ts';

export interface Verified {
  email: string;
  /** Undefined: an invitation is needed to belong to one. */
  organizationName: string | undefined;
}

/**
 * Makes user, account and what the domain gives them together or not at all; the link opens nothing afterwards.
 *
 * @throws AppError `not_found` for a link that is cut short, used, replaced or over; `conflict` when the address got an
 *   account by other means
 */
export async function verifyEmail(
  services: Pick<Services, 'db' | 'catalogue' | 'clock' | 'relay' | 'config'>,
  sourceOf: SourceOf,
  token: string,
): Promise<Verified> {
  const { db, clock, config } = services;
  const signUpId = readLinkToken(config.secret, 'verify-email', token);
  if (signUpId === undefined) throw linkIsClosed();
  return db.sequelize.transaction(async (transaction) => {
    const createdAt = new Date(clock());
    const [rows] = await db.sequelize.query(
      'delete from sign_ups where id = $1 and expires_at > $2 returning email, name, password as "passwordHash"',
      { bind: [signUpId, createdAt], transaction },
    );
    const person = (rows as { email: string; name: string; passwordHash: string }[])[0];
    if (!person) throw linkIsClosed();
    const { email, name } = person;
    const { id } = await insertUser(db, { ...person, emailVerified: true, createdAt }, transaction);
    const source = sourceOf({ type: 'user', id, email, name });
    // They wait for the trail that the place has, and go there at once when there is one.
    await recordAct(services, transaction, source, {
      type: 'user.create',
      firstTrailOf: id,
      targets: [{ type: 'user', id, name }],
      details: { email, name, via: 'sign-up' },
    });
    await recordAct(services, transaction, source, {
      type: 'user.verified_email',
      firstTrailOf: id,
      targets: [{ type: 'user', id, name }],
      details: { email },
    });
    const place = await placeByDomain(services, transaction, source, { id, email, name });
    return { email, organizationName: place?.organizationName };
  });
}

function linkIsClosed(): AppError {
  return new AppError(
    'not_found',
    'The link opens nothing: it is cut short, older than 24 hours, used, or replaced by a newer one. Sign in, or sign up again.',
  );
}
