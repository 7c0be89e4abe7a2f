/** Reads a trail from the database. */

import type { TrailContext } from '../../src/trail/store/trail-context.ts';

/** The types of an organisation's events, in the order of their positions. */
export async function readTrailTypes(
  { db }: Pick<TrailContext, 'db'>,
  organizationId: string,
): Promise<string[]> {
  const { rows } = await db.pool.query<{ type: string }>(
    'select type from audit_events where organization_id = $1 order by seq',
    [organizationId],
  );
  return rows.map(({ type }) => type);
}

/** The same without sign-ins and sign-outs, which most tests are not about. */
export async function readActTypes(
  services: Pick<TrailContext, 'db'>,
  organizationId: string,
): Promise<string[]> {
  return (await readTrailTypes(services, organizationId)).filter(isAct);
}

export function isAct(type: string): boolean {
  return !type.startsWith('session.');
}
