/** Changes that an operator or an intruder can make to a whole database. */

import { appendLeaves, emptyFrontier, encodeFrontier, leafHash } from '@liblab/audit-core/log';
import type { Client } from 'pg';
import { readEntries } from '../../src/trail/store/read-entries.ts';
import { sha256 } from '../../src/trail/store/sha256.ts';
import { administer } from '../support/test-cluster.ts';
import { copyTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { sign } from './search.ts';
import {
  makeWorld,
  signedBefore,
  signedSize,
  trailSize,
  victim,
  write,
  type World,
} from './world.ts';

/** A database after the change, and the state of the signer that checks it. */
export interface Scene extends AsyncDisposable {
  database: TestDatabase;
  stateFile: string;
  /** Whether the trail still accepts events. */
  takesEvents: boolean;
}

export interface Scenario {
  what: string;
  play(world: World): Promise<Scene>;
  /** Why nothing detects it; undefined when something does. */
  why?: string;
}

const lastBatch = signedSize - 44;

export const scenarios: readonly Scenario[] = [
  {
    what: 'the trail’s end deleted, the head unchanged',
    play: (world) => inCopy(world, (client) => cutFrom(client, lastBatch), false),
  },
  {
    what: 'the trail’s end deleted, with head, signature and checkpoints moved back to match',
    play: (world) => inCopy(world, (client) => cutBack(client, lastBatch)),
  },
  {
    what: 'the unsigned end of the trail deleted, with the head moved back to match',
    play: (world) => inCopy(world, (client) => cutBack(client, signedSize)),
    why: 'Outside the database, only the emitters know the events of the last second: they hold acknowledgements of the missing events.',
  },
  {
    what: 'the trail’s end rewritten, with correct hashes, tiles and head',
    async play(world) {
      const scene = await inCopy(world, (client) => cutBack(client, lastBatch, 'keep checkpoints'));
      await write(scene.database, async (_, emit) => {
        await emit(victim, trailSize - lastBatch);
      });
      return scene;
    },
  },
  {
    what: 'an organisation’s whole trail deleted',
    play: (world) =>
      inCopy(world, async (client) => {
        for (const table of trailTables) {
          await client.query(`delete from ${table} where organization_id = $1`, [victim]);
        }
      }),
  },
  {
    what: 'the newest checkpoints deleted, with the head’s signature moved back to match',
    play: (world) =>
      inCopy(world, async (client) => {
        await client.query('delete from log_checkpoints where size > $1', [signedBefore]);
        await client.query(
          `update log_heads h set signed_size = c.size, signed_at = c.signed_at
           from log_checkpoints c where c.organization_id = h.organization_id`,
        );
      }),
    why: 'Only a signature is missing, so verification reports a smaller proven size. The signer signs the same tree again within a minute.',
  },
  {
    what: 'the trail’s end deleted, and the signer’s alarm resolved by hand',
    play: (world) =>
      inCopy(
        world,
        async (client) => {
          await cutFrom(client, lastBatch);
          await sign(client, world);
          await client.query('update log_alarms set resolved_at = now()');
        },
        false,
      ),
  },
  {
    what: 'the database restored from an older copy',
    play: async (world) => ({
      ...(await copied(world.past)),
      stateFile: world.stateFile,
      takesEvents: true,
    }),
  },
  {
    what: 'the database and the signer’s state restored from older copies',
    play: async (world) => ({
      ...(await copied(world.past)),
      stateFile: world.pastStateFile,
      takesEvents: true,
    }),
  },
  {
    what: 'another history, signed with the log’s own key',
    async play({ keys }) {
      const forged = await makeWorld(keys);
      return {
        database: forged.database,
        stateFile: forged.stateFile,
        takesEvents: true,
        [Symbol.asyncDispose]: () => forged[Symbol.asyncDispose](),
      };
    },
  },
  {
    what: '`keys.last_used_at` changed, or any other data of the Portal',
    play: (world) =>
      inCopy(world, (client) => client.query('update keys set last_used_at = now()')),
    why: 'The Portal’s tables are not part of a trail. Acts on keys, members and settings are, as events.',
  },
];

const trailTables = [
  'log_heads',
  'log_batches',
  'log_tiles',
  'log_checkpoints',
  'audit_events',
  'actors',
  'event_targets',
  'projections',
];

async function copied(database: TestDatabase) {
  const copy = await copyTestDatabase(database);
  return { database: copy, [Symbol.asyncDispose]: () => copy[Symbol.asyncDispose]() };
}

async function inCopy(
  { database, stateFile }: World,
  act: (client: Client) => Promise<unknown>,
  takesEvents = true,
): Promise<Scene> {
  const copy = await copied(database);
  await administer(copy.database.ownerUrl, act);
  return { ...copy, stateFile, takesEvents };
}

async function cutFrom(client: Client, size: number): Promise<void> {
  for (const [table, place] of [
    ['log_batches', 'first_seq'],
    ['audit_events', 'seq'],
    ['event_targets', 'seq'],
  ]) {
    await client.query(`delete from ${table} where organization_id = $1 and ${place} >= $2`, [
      victim,
      size,
    ]);
  }
}

/** Leaves a trail that is consistent in itself. */
async function cutBack(
  client: Client,
  size: number,
  checkpoints: 'cut checkpoints' | 'keep checkpoints' = 'cut checkpoints',
): Promise<void> {
  await cutFrom(client, size);
  const entries = await readEntries(client, victim, 0, size);
  const { after, root } = appendLeaves(
    emptyFrontier,
    entries.map((entry) => leafHash(entry, sha256)),
    sha256,
  );
  if (checkpoints === 'cut checkpoints') {
    await client.query('delete from log_checkpoints where organization_id = $1 and size > $2', [
      victim,
      size,
    ]);
  }
  await client.query(
    `update log_heads h set size = $2, frontier = $3, root = $4, signed_size = c.size, signed_at = c.signed_at,
            last_logged_at = (select max(logged_at) from audit_events where organization_id = $1)
     from (select size, signed_at from log_checkpoints where organization_id = $1 order by size desc limit 1) c
     where h.organization_id = $1`,
    [victim, size, encodeFrontier(after), root],
  );
  await client.query(`update projections set next_seq = $2 where organization_id = $1`, [
    victim,
    size,
  ]);
  await client.query(
    `delete from actors a where organization_id = $1 and not exists
       (select from audit_events e where e.organization_id = $1 and a.ref in (e.actor_ref, e.behalf_ref))`,
    [victim],
  );
}
