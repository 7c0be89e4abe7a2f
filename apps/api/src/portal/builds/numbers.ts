/** Numbers of APIs, builds and documents, counted separately in each organisation. */

import { QueryTypes, type Transaction } from 'sequelize';
import type { Database } from '../../db/database.ts';

export type Numbered = 'api' | 'build' | 'document';

/**
 * The first of `count` consecutive numbers. Holds the counter's row lock until commit, so numbers have no gaps.
 */
export async function allocateNumbers(
  { sequelize }: Pick<Database, 'sequelize'>,
  transaction: Transaction,
  organizationId: string,
  { kind, count }: { kind: Numbered; count: number },
): Promise<number> {
  const [row] = await sequelize.query<{ last: number }>(
    `insert into numbers (organization_id, kind, last) values ($1, $2, $3)
     on conflict (organization_id, kind) do update set last = numbers.last + excluded.last
     returning last`,
    { bind: [organizationId, kind, count], transaction, type: QueryTypes.SELECT },
  );
  return (row as { last: number }).last - count + 1;
}

/** Continues after the given numbers, for builds that were numbered elsewhere. Never moves a counter back. */
export async function continueNumbersAfter(
  { sequelize }: Pick<Database, 'sequelize'>,
  organizationId: string,
  last: Record<Numbered, number>,
): Promise<void> {
  await sequelize.query(
    `insert into numbers (organization_id, kind, last)
     values ($1, 'api', $2), ($1, 'build', $3), ($1, 'document', $4)
     on conflict (organization_id, kind) do update set last = greatest(numbers.last, excluded.last)`,
    { bind: [organizationId, last.api, last.build, last.document] },
  );
}
