/** Runs the followers of a process, side by side: one that is slow or fails holds up no other. */

import type { PlacedEvent } from '../store/row-codec.ts';
import { rebuild } from './advance.ts';
import type { Follower } from './follower.ts';
import { runFollower, type FollowerOptions, type RunningFollower } from './run-follower.ts';

export interface Following {
  start(): void;
  /** A trail has grown, by these events in order. Called after their commit; returns at once. */
  hint(organizationId: string, events?: readonly PlacedEvent[]): void;
  /**
   * Rebuilds what the follower has of one trail, or of all trails one after the other. Works whether started or not.
   * @throws Error when there is no follower of this name
   */
  rebuild(name: string, organizationId?: string): Promise<void>;
  /** Finishes the transactions under way. What is left is found at the next start. */
  stop(): Promise<void>;
}

export function followTrails(followers: readonly Follower[], options: FollowerOptions): Following {
  let running: RunningFollower[] = [];
  return {
    start() {
      running = followers.map((follower) => runFollower(follower, options));
    },
    hint(organizationId, events) {
      for (const each of running) each.hint(organizationId, events);
    },
    async rebuild(name, organizationId) {
      const follower = followers.find((each) => each.name === name);
      if (!follower) {
        const names = followers.map((each) => each.name).join(', ');
        throw new Error(`There is no follower ${name}. The followers are: ${names}.`);
      }
      const ids = organizationId === undefined ? await findTrails(options.pool) : [organizationId];
      for (const id of ids) await rebuild(options, follower, id);
    },
    async stop() {
      await Promise.all(running.map((each) => each.stop()));
    },
  };
}

async function findTrails(pool: FollowerOptions['pool']): Promise<string[]> {
  const { rows } = await pool.query<{ organization_id: string }>(
    'select organization_id from log_heads order by organization_id',
  );
  return rows.map((row) => row.organization_id);
}
