/** Reads a trail as it lies in the database. */

import type { Services } from '../../src/context.ts';

/** The types of an organisation's events, in the order of their positions. */
export async function readTrailTypes(
  { db }: Pick<Services, 'db'>,
  organizationId: string,
): Promise<string[]> {
  const { rows } = await db.pool.query<{ type: string }>(
    'select type from audit_events where organization_id = $1 order by seq',
    [organizationId],
  );
  return rows.map(({ type }) => type);
}
