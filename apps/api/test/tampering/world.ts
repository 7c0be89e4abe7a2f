/** The signed database that is tampered with: two organisations, with everything that a trail can hold. */

import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Database } from '../../src/db/database.ts';
import { loadSigningKeys, type SigningKeys } from '../../src/signer/signing-keys.ts';
import { apiEvent, openTestWriter } from '../support/emit.ts';
import { untilFollowed } from '../support/follow.ts';
import { signUntil } from '../support/sign.ts';
import {
  copyTestDatabase,
  createTestDatabase,
  type TestDatabase,
} from '../support/test-database.ts';

export const logOrigin = 'log.example/audit';

/** The trail that is tampered with: 600 signed events and 3 unsigned ones. */
export const victim = '00000000-0000-4000-8000-0000000000aa';
/** Another trail with 10 events, all signed. */
export const other = '00000000-0000-4000-8000-0000000000bb';
/** Size of the older checkpoint of the victim's trail. */
export const signedBefore = 256;
export const signedSize = 600;
export const trailSize = 603;

/** Positions of events with unusual parts. */
export const special = { onBehalf: 100, failed: 101, late: 102, unknown: 103 };

export interface World extends AsyncDisposable {
  database: TestDatabase;
  /** The database as of the older checkpoint of the victim's trail. */
  past: TestDatabase;
  keys: SigningKeys;
  /** What the signer remembers now, and what it remembered then. */
  stateFile: string;
  pastStateFile: string;
}

/** All connections are closed again, so that the database can be copied. Without `given` keys it has its own. */
export async function makeWorld(given?: SigningKeys): Promise<World> {
  const database = await createTestDatabase();
  const folder = mkdtempSync(join(tmpdir(), 'tampering-'));
  const stateFile = join(folder, 'signer-state');
  const pastStateFile = join(folder, 'past-signer-state');
  const keys = given ?? loadSigningKeys(join(folder, 'signing-key'), true);
  const signAll = (db: Database) =>
    signUntil({ databaseUrl: database.signerUrl, stateFile, keys, logOrigin }, async () => {
      const { rows } = await db.pool.query('select 1 from log_heads where size > signed_size');
      return rows.length === 0;
    });

  await write(database, async (db, emit) => {
    await emit(other, 10);
    await emit(victim, 200);
    await emit(victim, signedBefore - 200);
    await signAll(db);
  });
  const past = await copyTestDatabase(database);
  copyFileSync(stateFile, pastStateFile);
  await write(database, async (db, emit) => {
    await emit(victim, 300);
    await emit(victim, signedSize - 300 - signedBefore);
    await signAll(db);
    for (let size = signedSize; size < trailSize; size += 1) await emit(victim, 1);
  });
  return {
    database,
    past,
    keys,
    stateFile,
    pastStateFile,
    async [Symbol.asyncDispose]() {
      await database[Symbol.asyncDispose]();
      await past[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true });
    },
  };
}

/** Writes like the service, including the index of targets, and closes all connections. */
export async function write(
  database: Pick<TestDatabase, 'apiUrl'>,
  act: (
    db: Database,
    emit: (organizationId: string, count: number) => Promise<unknown>,
  ) => Promise<void>,
): Promise<void> {
  await using writer = await openTestWriter({ url: database.apiUrl });
  const { services } = writer;
  await act(services.db, (organizationId, count) =>
    writer.emit(
      organizationId,
      Array.from({ length: count }, (_, index) => someEvent(index)),
    ),
  );
  await services.start('http://127.0.0.1');
  await untilFollowed(services.db.pool);
}

function someEvent(index: number) {
  const actor = { type: 'user', id: `u${index % 5}`, email: `u${index % 5}@exciting.soda` };
  const occurredAt = (hoursAgo: number) =>
    new Date(Date.now() - hoursAgo * 3_600_000).toISOString();
  const event = { actor, targets: [{ type: 'api', id: String(index) }] };
  switch (index) {
    case special.onBehalf:
      return apiEvent({ ...event, actor: { type: 'token', id: 't1', onBehalfOf: actor } });
    case special.failed:
      return apiEvent({ ...event, outcome: 'failure' });
    case special.late:
      return apiEvent({ ...event, occurredAt: occurredAt(1) });
    case special.unknown:
      return apiEvent({ ...event, type: 'lab.ping', details: { secret: true } });
    default:
      return apiEvent({ ...event, occurredAt: occurredAt(0) });
  }
}
