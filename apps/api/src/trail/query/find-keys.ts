/** Finds the keys that match a query by id or name. */

import { AppError, foldCase, type Pattern } from '@liblab/audit-core';
import type { Pool } from 'pg';

const keysMax = 10_000;

/**
 * The ids of matching keys, including revoked ones. Compares here because SQL folds case differently.
 *
 * @throws AppError `invalid_filter` when the organisation has too many keys to compare
 */
export async function findKeys(
  db: Pool,
  organizationId: string,
  patterns: readonly Pattern[],
): Promise<string[]> {
  const { rows } = await db.query<{ id: string; name: string }>(
    `select k.id, k.name from key_organizations o join keys k on k.id = o.key_id
     where o.organization_id = $1 limit ${keysMax + 1}`,
    [organizationId],
  );
  if (rows.length > keysMax) {
    throw new AppError(
      'invalid_filter',
      `key: matches at most ${keysMax} keys, and this organisation has more. Use key:* or filter by actor.`,
      { path: '$.q' },
    );
  }
  const parsed = patterns.map((pattern) => ({
    kind: pattern.kind,
    text: pattern.kind === 'any' ? '' : foldCase(pattern.text),
  }));
  return rows
    .filter((key) =>
      [key.id, foldCase(key.name)].some((text) =>
        parsed.some((one) => (one.kind === 'text' ? text === one.text : text.startsWith(one.text))),
      ),
    )
    .map(({ id }) => id);
}
