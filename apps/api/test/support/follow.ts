/** Waits for the index of targets. */

import type { Pool } from 'pg';
import { vi } from 'vitest';

/** Resolves when a started service has brought it up to the end of every trail. */
export async function untilFollowed(pool: Pool): Promise<void> {
  await vi.waitFor(
    async () => {
      const { rows } = await pool.query(
        `select from log_heads h where h.size > coalesce((select p.next_seq from projections p
         where p.organization_id = h.organization_id and p.name = 'targets'), 0)`,
      );
      if (rows.length > 0) throw new Error(`${rows.length} trails are not followed yet.`);
    },
    { timeout: 20_000, interval: 20 },
  );
}
