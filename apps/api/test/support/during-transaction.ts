/** Puts a call between the statements of a transaction and its commit: what races over one row do, every time. */

import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from 'pg';
import { administer } from './test-cluster.ts';

/** Commits once the call waits for the transaction, or has ended without waiting. */
export function duringTransaction<Result>(
  ownerUrl: string,
  change: (client: Client) => Promise<unknown>,
  call: () => Promise<Result>,
): Promise<Result> {
  return administer(ownerUrl, async (client) => {
    await client.query('begin');
    await change(client);
    let ended = false;
    const result = call().finally(() => (ended = true));
    while (!ended) {
      const { rowCount } = await client.query(
        'select from pg_stat_activity where pg_backend_pid() = any(pg_blocking_pids(pid))',
      );
      if (rowCount) break;
      await delay(10);
    }
    await client.query('commit');
    return result;
  });
}
