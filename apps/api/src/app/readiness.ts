/** Whether the service is ready for traffic: started, its demo seeded and signed, and its database responding. */

import { setTimeout as delay } from 'node:timers/promises';
import type { Pool } from 'pg';

export interface Readiness {
  /** Waits for the first checkpoint of the given trail, if any; ready from then on. */
  becomeReady(organizationId: string | undefined): Promise<void>;
  /** Undefined when ready, else the reason. Queries the database each time. */
  whyNot(): Promise<string | undefined>;
  /** Not ready from now on, so that traffic goes elsewhere. */
  stop(): void;
  readonly stopping: boolean;
}

const pollMs = 100;

/** With a short timeout, because a readiness check must return quickly. */
const ping = { text: 'select 1', query_timeout: 2_000 };

export function createReadiness(pool: Pool): Readiness {
  let state: 'starting' | 'ready' | 'stopping' = 'starting';
  return {
    async becomeReady(organizationId) {
      while (organizationId && state === 'starting' && !(await isSigned(pool, organizationId)))
        await delay(pollMs);
      if (state === 'starting') state = 'ready';
    },
    async whyNot() {
      if (state !== 'ready') return state;
      try {
        await pool.query<never>(ping);
        return undefined;
      } catch {
        return 'the database does not respond';
      }
    },
    stop() {
      state = 'stopping';
    },
    get stopping() {
      return state === 'stopping';
    },
  };
}

async function isSigned(pool: Pool, organizationId: string): Promise<boolean> {
  const { rowCount } = await pool.query(
    'select 1 from log_heads where organization_id = $1 and signed_size > 0',
    [organizationId],
  );
  return rowCount === 1;
}
