/** Finds a trail's event types by prefix. */

import type { Pool } from 'pg';

/** Up to `max` types; undefined when there are more. Each costs one descent of the index. */
export async function findTypes(
  db: Pool,
  organizationId: string,
  prefix: string,
  max: number,
): Promise<string[] | undefined> {
  const next = (comparison: string) => `(select type from audit_events
    where organization_id = $1 and type ${comparison} order by type limit 1)`;
  const { rows } = await db.query<{ type: string }>({
    name: 'types by prefix',
    text: `with recursive found (type) as (
        select ${next('>= $2')}
        union all
        select ${next('> found.type')} from found where starts_with(found.type, $2)
      )
      select type from found where starts_with(type, $2) limit $3`,
    values: [organizationId, prefix, max + 1],
  });
  return rows.length > max ? undefined : rows.map(({ type }) => type);
}
