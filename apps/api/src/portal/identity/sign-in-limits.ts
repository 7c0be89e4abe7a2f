/** Rate limits for sign-ins and e-mails. Counted in the database, so they apply across processes. */

import { hash } from 'node:crypto';
import { AppError } from '@liblab/audit-core';
import type { Transaction } from 'sequelize';
import type { Database } from '../../db/database.ts';

export const signInLimits = {
  account: { max: 10, windowMs: 10 * 60 * 1000 },
  /** Passwords tried with the link of a sign-up. */
  link: { max: 10, windowMs: 10 * 60 * 1000 },
  address: { max: 60, windowMs: 60 * 1000 },
  /** E-mails that anyone can have sent to an address: links to sign up and to reset a password. */
  recipient: { max: 5, windowMs: 60 * 60 * 1000 },
} as const;

type Kind = keyof typeof signInLimits;

/** A counted attempt, refunded if it succeeds. */
export interface Attempt {
  subject: Buffer;
  at: Date;
}

/**
 * Counts an attempt before the password is checked, so concurrent attempts cannot exceed the limit. Known and unknown
 * accounts are counted alike. Rejected attempts are not counted.
 *
 * @throws AppError `rate_limited` when the window is full
 */
export async function countAttempt(
  pool: Database['pool'],
  kind: Kind,
  name: string,
  nowMs: number,
): Promise<Attempt> {
  const { max, windowMs } = signInLimits[kind];
  const subject = subjectOf(kind, name);
  const at = new Date(nowMs);
  // The row lock serialises concurrent attempts.
  const { rows } = await pool.query<{ allowed: boolean; oldest: Date }>(
    `insert into sign_in_limits as l (subject, attempts, allowed, expires_at)
     values ($1, array[$2::timestamptz], true, $4)
     on conflict (subject) do update set (attempts, allowed, expires_at) = (
       select case when count(t) < $5 then coalesce(array_agg(t order by t), '{}') || $2::timestamptz
                   else array_agg(t order by t) end,
              count(t) < $5,
              $4::timestamptz
       from unnest(l.attempts) t where t > $3)
     returning allowed, attempts[1] as oldest`,
    [subject, at, new Date(nowMs - windowMs), new Date(nowMs + windowMs), max],
  );
  await removeExpired(pool, at);
  const row = rows[0];
  if (row?.allowed) return { subject, at };
  const seconds = Math.max(
    1,
    Math.ceil(((row?.oldest.getTime() ?? nowMs) + windowMs - nowMs) / 1000),
  );
  throw new AppError(
    'rate_limited',
    `Too many attempts. The limit is ${limitTexts[kind]}. Try again in ${seconds} seconds.`,
    { retryAfterSeconds: seconds },
  );
}

const limitTexts: Record<Kind, string> = {
  account: '10 failed sign-ins per account in 10 minutes',
  link: '10 wrong passwords per link in 10 minutes',
  address: '60 attempts per IP address and minute',
  recipient: '5 e-mails to one address in an hour',
};

/** Uncounts an attempt that succeeded, in the transaction of its result. */
export async function refundAttempt(
  { sequelize }: Pick<Database, 'sequelize'>,
  transaction: Transaction,
  { subject, at }: Attempt,
): Promise<void> {
  await sequelize.query(
    'update sign_in_limits set attempts = array_remove(attempts, $2::timestamptz) where subject = $1',
    { bind: [subject, at], transaction },
  );
}

/**
 * True once per window for a locked account, so repeated attempts record the lock only once.
 */
export async function markLockRecorded(
  { sequelize }: Pick<Database, 'sequelize'>,
  transaction: Transaction,
  email: string,
  nowMs: number,
): Promise<boolean> {
  const [rows] = await sequelize.query(
    `update sign_in_limits set lock_told_at = $2
     where subject = $1 and (lock_told_at is null or lock_told_at <= $3) returning true`,
    {
      bind: [
        subjectOf('account', email),
        new Date(nowMs),
        new Date(nowMs - signInLimits.account.windowMs),
      ],
      transaction,
    },
  );
  return rows.length > 0;
}

/** A hash, so the table contains no addresses. */
export function subjectOf(kind: Kind, name: string): Buffer {
  return hash('sha256', `${kind}:${name}`, 'buffer');
}

/** Deletes up to 20 expired rows. Each attempt adds at most one, so the table stays small. */
async function removeExpired(pool: Database['pool'], now: Date): Promise<void> {
  await pool.query(
    `delete from sign_in_limits where subject in (
       select subject from sign_in_limits where expires_at < $1 limit 20 for update skip locked)`,
    [now],
  );
}

/** The IPv4 address, or the /64 network of an IPv6 address, because providers assign at least a /64 per customer. */
export function networkOf(address: string): string {
  const v4 = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (v4) return v4;
  if (!address.includes(':')) return address;
  const [unscoped = ''] = address.toLowerCase().split('%');
  const [head = '', tail] = unscoped.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - left.length - right.length);
  const groups = [...left, ...Array<string>(zeros).fill('0'), ...right];
  return `${groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':')}::/64`;
}
