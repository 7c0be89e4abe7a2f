/** The index of targets, brought up to the end of every trail. */

import type { Catalogue } from '@liblab/audit-core';
import type { Pool } from 'pg';
import type { Logger } from 'pino';
import { vi } from 'vitest';
import { followTargets } from '../../src/trail/follow/follow-targets.ts';

/** Resolves when it has caught up. */
export async function follow(pool: Pool, catalogue: Catalogue, log: Logger): Promise<void> {
  const follower = followTargets({ pool, catalogue, log });
  follower.start();
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
  await follower.stop();
}
