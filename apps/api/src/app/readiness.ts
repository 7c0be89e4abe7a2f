/** Whether the service may be sent traffic: started, its demo told and signed, and its database answering. */

import { setTimeout as delay } from 'node:timers/promises';
import type { Pool } from 'pg';

export interface Readiness {
  /** Waits for the first checkpoint of the given trail, when there is one, and answers ready from then on. */
  becomeReady(organizationId: string | undefined): Promise<void>;
  /** Undefined when ready, else why not. Asks the database each time. */
  whyNot(): Promise<string | undefined>;
  /** Answers not ready from now on: traffic should go elsewhere. */
  stop(): void;
  readonly stopping: boolean;
}

const pollMs = 100;

/** One who asks whether we are ready wants to know soon. */
const question = { text: 'select 1', query_timeout: 2_000 };

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
        await pool.query<never>(question);
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
