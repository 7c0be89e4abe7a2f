/** Waits for running followers. */

import type { Pool } from 'pg';
import { vi } from 'vitest';
import type { Follower } from '../../src/trail/follow/follower.ts';
import { followers } from '../../src/trail/follow/followers.ts';

/** Resolves when started services have brought every follower to the end of every trail. */
export async function untilFollowed(
  pool: Pool,
  expected: readonly Follower[] = followers,
): Promise<void> {
  await vi.waitFor(
    async () => {
      const { rows } = await pool.query(
        `select f.name, h.organization_id from unnest($1::text[]) as f (name) cross join log_heads h
         left join projections p on p.organization_id = h.organization_id and p.name = f.name
         where h.size > coalesce(p.next_seq, 0)`,
        [expected.map(({ name }) => name)],
      );
      if (rows.length > 0) throw new Error(`Not followed yet: ${JSON.stringify(rows)}`);
    },
    { timeout: 60_000, interval: 5 },
  );
}
