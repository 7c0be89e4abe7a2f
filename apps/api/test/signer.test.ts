import { createPublicKey, randomUUID, verify } from 'node:crypto';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  decodeCosignature,
  makeVerifierKey,
  openCheckpoint,
  parseNote,
  signatureTypes,
} from '@liblab/audit-core/log';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openDatabase, type Database } from '../src/db/database.ts';
import { sha256 } from '../src/trail/store/sha256.ts';
import { adoptTrails } from '../src/signer/adopt-trails.ts';
import {
  openSignerState,
  readSignerState,
  writeSignerState,
  type SignedTree,
} from '../src/signer/signer-state.ts';
import { loadSigningKeys, type SigningKeys } from '../src/signer/signing-keys.ts';
import { apiEvent, openTestWriter, type TestWriter } from './support/emit.ts';
import { signUntil } from './support/sign.ts';
import { administer } from './support/test-cluster.ts';
import { createTestDatabase, type TestDatabase } from './support/test-database.ts';

let database: TestDatabase;
let db: Database;
let writer: TestWriter;
let folder: string;
let keys: SigningKeys;
let organizationId: string;

beforeAll(async () => {
  database = await createTestDatabase();
  db = openDatabase({ url: database.apiUrl });
  writer = await openTestWriter(db.options);
  folder = mkdtempSync(join(tmpdir(), 'signer-test-'));
  keys = loadSigningKeys(join(folder, 'signing-key'), true);
});

afterAll(async () => {
  await writer[Symbol.asyncDispose]();
  await db.close();
  await database[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

beforeEach(() => {
  organizationId = randomUUID();
});

const stateFile = () => join(folder, 'signer-state');

const sign = (until: (logged: string) => Promise<boolean>, file = stateFile()) =>
  signUntil(
    { databaseUrl: database.signerUrl, stateFile: file, keys, logOrigin: 'log.example/audit' },
    until,
  );

async function adopt(file: string, remembered: ReadonlyMap<string, SignedTree> = new Map()) {
  return administer(database.signerUrl, async (client) => {
    const { trees, adoptions, refused } = await adoptTrails(client, remembered, Date.now());
    writeSignerState(file, trees);
    return { adoptions, refused };
  });
}

/** Runs the signer until it reports why it does not sign. */
const refused = (why: string, file?: string) => sign(async (logged) => logged.includes(why), file);

async function checkpoints(): Promise<{ size: number; note: string }[]> {
  const { rows } = await db.pool.query<{ size: number; note: string }>(
    'select size, note from log_checkpoints where organization_id = $1 order by size, signed_at',
    [organizationId],
  );
  return rows;
}

const signedUpTo = (size: number) => async () => (await checkpoints()).at(-1)?.size === size;

async function alarms(): Promise<string[]> {
  const { rows } = await db.pool.query<{ reason: string }>(
    'select reason from log_alarms where organization_id = $1',
    [organizationId],
  );
  return rows.map((row) => row.reason);
}

interface StoredHead {
  size: number;
  frontier: Buffer;
  root: Buffer;
  signed_size: number;
}

async function headOf(): Promise<StoredHead> {
  const { rows } = await db.pool.query<StoredHead>(
    'select size, frontier, root, signed_size from log_heads where organization_id = $1',
    [organizationId],
  );
  return rows[0] as StoredHead;
}

const setHead = ({ size, frontier, root, signed_size }: StoredHead) =>
  administer(database.ownerUrl, (client) =>
    client.query(
      `update log_heads set size = $2, frontier = $3, root = $4, signed_size = $5 where organization_id = $1`,
      [organizationId, size, frontier, root, signed_size],
    ),
  );

const alarmed = async () => (await alarms()).length > 0;

const tamper = (sql: string) => administer(database.ownerUrl, (client) => client.query(sql));

describe('the signer', () => {
  test('signs appended events, and a checkpoint verifies with the published keys', async () => {
    await writer.emit(organizationId, [apiEvent(), apiEvent()]);
    await sign(signedUpTo(2));
    const { note } = (await checkpoints())[0] as { note: string };
    const { rows } = await db.pool.query<{ purpose: string; public_key: Buffer }>(
      'select * from log_keys',
    );
    const publicKey = (purpose: string) =>
      rows.find((row) => row.purpose === purpose)?.public_key as Buffer;
    const logKey = makeVerifierKey(
      {
        name: `log.example/audit/${organizationId}`,
        type: signatureTypes.ed25519,
        publicKey: publicKey('log'),
      },
      sha256,
    );
    const witness = makeVerifierKey(
      {
        name: 'log.example/audit/witness',
        type: signatureTypes.cosignature,
        publicKey: publicKey('witness'),
      },
      sha256,
    );
    const opened = await openCheckpoint(note, logKey, [witness], (message, signature, key) =>
      verify(null, message, ed25519Key(key), signature),
    );
    expect(opened.size).toBe(2);
    expect(opened.signatures).toHaveLength(2);
    const { timeSeconds } = decodeCosignature(
      parseNote(note).signatures[1]?.signature as Uint8Array,
    );
    expect(Math.abs(timeSeconds - Date.now() / 1000)).toBeLessThan(30);
  });

  test('a row changed after signing stops only its own trail', async () => {
    const other = randomUUID();
    await writer.emit(organizationId, [apiEvent()]);
    await writer.emit(other, [apiEvent()]);
    await sign(signedUpTo(1));
    await writer.emit(organizationId, [apiEvent()]);
    await tamper(
      `update log_batches set entries = set_byte(entries, 200, get_byte(entries, 200) # 1)
       where organization_id = '${organizationId}' and first_seq = 1`,
    );
    await writer.emit(other, [apiEvent()]);
    await sign(alarmed);
    expect(await alarms()).toEqual([expect.stringContaining('do not lead')]);
    expect((await checkpoints()).map(({ size }) => size)).toEqual([1]);
    // Other trails are still signed, and this one still accepts events.
    const { results } = await writer.emit(organizationId, [apiEvent()]);
    expect(results[0]?.status).toBe('recorded');
    const { rows } = await db.pool.query(
      'select max(size) as size from log_checkpoints where organization_id = $1',
      [other],
    );
    expect(rows[0]).toEqual({ size: 2 });
  });

  test('a truncated trail is noticed, even with a matching head', async () => {
    await writer.emit(organizationId, [apiEvent()]);
    const { rows } = await db.pool.query(
      'select size, frontier, root from log_heads where organization_id = $1',
      [organizationId],
    );
    await writer.emit(organizationId, [apiEvent()]);
    await sign(signedUpTo(2));
    await administer(database.ownerUrl, async (client) => {
      for (const table of ['log_batches', 'audit_events']) {
        const column = table === 'log_batches' ? 'first_seq' : 'seq';
        await client.query(`delete from ${table} where organization_id = $1 and ${column} = 1`, [
          organizationId,
        ]);
      }
      await client.query('delete from log_checkpoints where organization_id = $1', [
        organizationId,
      ]);
      await client.query(
        'update log_heads set size = $2, frontier = $3, root = $4, signed_size = 0 where organization_id = $1',
        [organizationId, rows[0].size, rows[0].frontier, rows[0].root],
      );
    });
    await sign(alarmed);
    expect(await alarms()).toEqual([expect.stringContaining('2 were signed')]);
  });

  test('an unreadable trail raises an alarm and does not affect others', async () => {
    const other = randomUUID();
    await writer.emit(organizationId, [apiEvent()]);
    await tamper(
      `update log_batches set entries = substr(entries, 1, 100) where organization_id = '${organizationId}'`,
    );
    await writer.emit(other, [apiEvent()]);
    await sign(alarmed);
    expect(await alarms()).toEqual([expect.stringContaining('cannot be read')]);
    const { rows } = await db.pool.query(
      'select 1 from log_checkpoints where organization_id = $1',
      [other],
    );
    expect(rows).toHaveLength(1);
  });

  describe('without a new event, notices', () => {
    beforeEach(async () => {
      await writer.emit(organizationId, [apiEvent()]);
      await sign(signedUpTo(1));
    });

    test('that a trail was deleted, which its adoption starts again', async () => {
      await tamper(
        ['log_heads', 'log_batches', 'log_checkpoints', 'audit_events']
          .map((table) => `delete from ${table} where organization_id = '${organizationId}'`)
          .join(';'),
      );
      await sign(alarmed);
      expect(await alarms()).toEqual([expect.stringContaining('has 0 events, but 1 were signed')]);
      await tamper(`delete from log_heads where organization_id <> '${organizationId}'`);
      const file = join(folder, `state-${randomUUID()}`);
      const remembered = new Map([[organizationId, { size: 1, frontier: Buffer.alloc(32) }]]);
      expect((await adopt(file, remembered)).adoptions).toEqual([{ organizationId, size: 0 }]);
      await writer.emit(organizationId, [apiEvent(), apiEvent()]);
      await sign(signedUpTo(2), file);
    });

    test('that the end was deleted, with a matching head and signature', async () => {
      const before = await headOf();
      await writer.emit(organizationId, [apiEvent()]);
      await sign(signedUpTo(2));
      await tamper(
        `delete from log_batches where organization_id = '${organizationId}' and first_seq = 1;
         delete from audit_events where organization_id = '${organizationId}' and seq = 1;
         delete from log_checkpoints where organization_id = '${organizationId}' and size = 2`,
      );
      await setHead({ ...before, signed_size: 1 });
      await sign(alarmed);
      expect(await alarms()).toEqual([expect.stringContaining('2 were signed')]);
    });

    test('that its own state is out of date, and signs no second history', async () => {
      await sign(signedUpTo(1));
      const before = await headOf();
      const old = readFileSync(stateFile());
      await writer.emit(organizationId, [apiEvent()]);
      await sign(signedUpTo(2));
      await tamper(
        `delete from log_batches where organization_id = '${organizationId}' and first_seq = 1;
         delete from audit_events where organization_id = '${organizationId}' and seq = 1`,
      );
      await setHead({ ...before, signed_size: 1 });
      writeFileSync(stateFile(), old);
      await using other = await openTestWriter(db.options);
      await other.emit(organizationId, [apiEvent()]);
      await sign(alarmed);
      expect(await alarms()).toEqual([expect.stringContaining('the state is out of date')]);
      expect(await checkpoints()).toHaveLength(2);
    });

    test('that the head differs although it is marked as signed', async () => {
      const { frontier, root } = await headOf();
      await setHead({ size: 1, frontier, root: Buffer.alloc(32), signed_size: 1 });
      await sign(alarmed);
      expect(await alarms()).toEqual([expect.stringContaining('stored root')]);
      await tamper('delete from log_alarms');
      await setHead({ size: 1, frontier: Buffer.alloc(32), root, signed_size: 1 });
      await sign(alarmed);
      expect(await alarms()).toEqual([expect.stringContaining('stored frontier')]);
      await tamper('delete from log_alarms');
      await setHead({ size: 7, frontier, root, signed_size: 7 });
      await sign(alarmed);
      expect(await alarms()).toEqual([expect.stringContaining('are incomplete')]);
    });
  });

  test('does not sign a trail that its state has lost', async () => {
    const other = randomUUID();
    await writer.emit(organizationId, [apiEvent()]);
    await sign(signedUpTo(1));
    const file = join(folder, `state-${randomUUID()}`);
    writeSignerState(file, new Map([[other, { size: 0, frontier: new Uint8Array() }]]));
    await writer.emit(organizationId, [apiEvent()]);
    await sign(alarmed, file);
    expect(await alarms()).toEqual([expect.stringContaining('does not contain the trail')]);
    await tamper('delete from log_alarms');
  });

  test('killed between saving and signing, it signs the same tree again', async () => {
    await writer.emit(organizationId, [apiEvent()]);
    await sign(signedUpTo(1));
    const before = (await checkpoints())[0]?.note.split('\n\n')[0];
    // As if the crash had happened after the state's sync and before the note's row.
    await tamper(
      `delete from log_checkpoints where organization_id = '${organizationId}';
       update log_heads set signed_size = 0, signed_at = null where organization_id = '${organizationId}'`,
    );
    await sign(signedUpTo(1));
    expect((await checkpoints())[0]?.note.split('\n\n')[0]).toBe(before);
  });

  test('refuses to start without its state when checkpoints exist', async () => {
    await writer.emit(organizationId, [apiEvent()]);
    await sign(signedUpTo(1));
    await writer.emit(organizationId, [apiEvent()]);
    const lost = join(folder, 'lost-state');
    // A second start does not trust what the first left behind.
    for (let start = 0; start < 2; start += 1) await refused('signer:adopt', lost);
    expect((await checkpoints()).map(({ size }) => size)).toEqual([1]);
  });

  test('an operator can adopt a trail whose rows are consistent, and it is signed again', async () => {
    await writer.emit(organizationId, [apiEvent(), apiEvent()]);
    await sign(signedUpTo(2));
    await tamper(
      `update log_batches set entries = set_byte(entries, 200, get_byte(entries, 200) # 1)
       where organization_id = '${organizationId}'`,
    );
    const lost = join(folder, `state-${randomUUID()}`);
    // The others are still adopted.
    expect(await adopt(lost)).toMatchObject({
      refused: expect.arrayContaining([
        { organizationId, reason: expect.stringContaining('rows were changed') as string },
      ]) as unknown[],
    });
    await tamper(
      `update log_batches set entries = set_byte(entries, 200, get_byte(entries, 200) # 1)
       where organization_id = '${organizationId}';
       delete from log_heads where organization_id <> '${organizationId}'`,
    );
    expect((await adopt(lost)).adoptions).toEqual([{ organizationId, size: 2 }]);
    await writer.emit(organizationId, [apiEvent()]);
    await sign(signedUpTo(3), lost);
  });

  test('another key file is rejected: a log has one name and one key', async () => {
    const mine = keys;
    keys = loadSigningKeys(join(folder, 'other-key'), true);
    try {
      await writer.emit(organizationId, [apiEvent()]);
      await refused('differs from the one');
      expect(await checkpoints()).toEqual([]);
    } finally {
      keys = mine;
    }
  });
});

describe("the signer's state", () => {
  const organization = '00000000-0000-4000-8000-000000000001';
  let file: string;
  beforeEach(() => {
    file = join(folder, `state-${randomUUID()}`);
  });
  afterEach(() => rmSync(file, { force: true }));

  test('is read back, the last line of each trail, without an incomplete last line', async () => {
    const state = openSignerState(file);
    expect(state.isNew).toBe(true);
    state.save(new Map([[organization, { size: 1, frontier: Buffer.alloc(32, 1) }]]));
    state.save(new Map([[organization, { size: 2, frontier: Buffer.alloc(32, 2) }]]));
    state.close();
    appendFileSync(file, `${organization} 3 AA`);
    const again = openSignerState(file);
    expect(again.isNew).toBe(false);
    expect(again.get(organization)).toEqual({ size: 2, frontier: Buffer.alloc(32, 2) });
    again.close();
  });

  test('grows to one line for each trail plus a limit', () => {
    const state = openSignerState(file);
    const tree = { size: 1, frontier: Buffer.alloc(32, 1) };
    const many = new Map(Array.from({ length: 3_000 }, () => [randomUUID(), tree] as const));
    for (let round = 0; round < 9; round += 1) state.save(many);
    state.save(new Map([[organization, tree]]));
    state.close();
    expect(readSignerState(file).size).toBe(3_001);
    expect(readFileSync(file, 'utf8').split('\n').length).toBeLessThan(16_000);
  });

  test('belongs to the signer that opened it last', () => {
    const first = openSignerState(file);
    first.save(new Map([[organization, { size: 1, frontier: Buffer.alloc(32, 1) }]]));
    const second = openSignerState(file);
    const later = new Map([[organization, { size: 2, frontier: Buffer.alloc(32, 2) }]]);
    expect(() => first.save(later)).toThrow('Another signer');
    second.save(later);
    expect(readSignerState(file).get(organization)?.size).toBe(2);
    first.close();
    second.close();
  });

  test('is reported as damaged when a line is', () => {
    for (const line of ['', organization, `${organization} 3 AA`, `${organization} x `]) {
      writeFileSync(file, `${line}\n`);
      expect(() => readSignerState(file), line).toThrow('damaged');
    }
  });
});

function ed25519Key(raw: Uint8Array) {
  return createPublicKey({
    key: { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(raw).toString('base64url') },
    format: 'jwk',
  });
}
