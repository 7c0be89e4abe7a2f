/** What an operator or an intruder does to a database as a whole. */

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

/** A database after it was tampered with, and the state of the signer that looks at it. */
export interface Scene extends AsyncDisposable {
  database: TestDatabase;
  stateFile: string;
  /** Where events that are emitted now are taken all the same. */
  takesEvents: boolean;
}

export interface Scenario {
  what: string;
  play(world: World): Promise<Scene>;
  /** Why nothing finds it, where nothing does. */
  why?: string;
}

const lastBatch = signedSize - 44;

export const scenarios: readonly Scenario[] = [
  {
    what: 'the end cut, the head left as it was',
    play: (world) => inCopy(world, (client) => cutFrom(client, lastBatch), false),
  },
  {
    what: 'the end cut, head, signature and checkpoints moved back to fit',
    play: (world) => inCopy(world, (client) => cutBack(client, lastBatch)),
  },
  {
    what: 'the end cut as far as it was not signed yet, the head moved back to fit',
    play: (world) => inCopy(world, (client) => cutBack(client, signedSize)),
    why: 'Nothing outside the database knows of the last second but the emitters: they hold acknowledgements of events that are not there.',
  },
  {
    what: 'the end written anew, with true hashes, tiles and head',
    async play(world) {
      const scene = await inCopy(world, (client) => cutBack(client, lastBatch, 'keep checkpoints'));
      await write(scene.database, async (_, emit) => {
        await emit(victim, trailSize - lastBatch);
      });
      return scene;
    },
  },
  {
    what: 'an organisation’s whole trail removed',
    play: (world) =>
      inCopy(world, async (client) => {
        for (const table of trailTables) {
          await client.query(`delete from ${table} where organization_id = $1`, [victim]);
        }
      }),
  },
  {
    what: 'the newest checkpoints removed, the head’s signature moved back to fit',
    play: (world) =>
      inCopy(world, async (client) => {
        await client.query('delete from log_checkpoints where size > $1', [signedBefore]);
        await client.query(
          `update log_heads h set signed_size = c.size, signed_at = c.signed_at
           from log_checkpoints c where c.organization_id = h.organization_id`,
        );
      }),
    why: 'Nothing is gone but a signature, which verification says by what it calls proven. The signer signs the same tree again within a minute.',
  },
  {
    what: 'the end cut, and the signer’s alarm of it closed by hand',
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
    what: 'the database restored to a copy of before',
    play: async (world) => ({
      ...(await copied(world.past)),
      stateFile: world.stateFile,
      takesEvents: true,
    }),
  },
  {
    what: 'the database and the signer’s state restored to copies of before',
    play: async (world) => ({
      ...(await copied(world.past)),
      stateFile: world.pastStateFile,
      takesEvents: true,
    }),
  },
  {
    what: 'another history, signed with the log’s own key by whoever holds it',
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
    what: '`keys.last_used_at` changed, or whatever else the Portal keeps for itself',
    play: (world) =>
      inCopy(world, (client) => client.query('update keys set last_used_at = now()')),
    why: 'It is no part of a trail. Who did what to a key, a member or a setting is, once that is an event.',
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

/** Leaves a trail that is whole in itself. */
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
