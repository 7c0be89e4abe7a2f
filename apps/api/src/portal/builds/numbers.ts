/** The numbers of APIs, builds and documents: counted in each organisation, from 1 unless told. */

import { QueryTypes, type Transaction } from 'sequelize';
import type { Database } from '../../db/database.ts';

export type Numbered = 'api' | 'build' | 'document';

/** The first of `count` numbers. Holds the organisation's count until commit: whoever comes next waits, and nothing is skipped. */
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

/** Counting goes on behind these; for an organisation whose builds were numbered elsewhere. It never goes back. */
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
