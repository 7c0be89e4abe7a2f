import { getMigrations } from 'better-auth/db/migration';
import pg from 'pg';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase, type Database } from '../src/db/database.ts';
import { addMember } from '../src/portal/accounts/add-member.ts';
import { createAuth } from '../src/portal/identity/auth.ts';
import { createOrganization } from '../src/portal/identity/create-organization.ts';
import { createUser } from '../src/portal/accounts/create-user.ts';
import { createTestDatabase } from './support/test-database.ts';

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let db: Database;

beforeAll(async () => {
  database = await createTestDatabase();
  db = openDatabase({ url: database.apiUrl });
});

afterAll(async () => {
  await db.close();
  await database[Symbol.asyncDispose]();
});

const ada = {
  email: 'Ada@Example.com',
  name: 'Ada',
  password: 'correct horse battery',
  emailVerified: true,
};

describe('the identity tables', () => {
  it('match what better-auth expects', async () => {
    const owner = new pg.Pool({ connectionString: database.ownerUrl, max: 1 });
    const auth = createAuth({
      config: { secret: Buffer.alloc(32), publicUrl: undefined },
      db: { pool: owner },
      log: pino({ enabled: false }),
    });
    const { toBeCreated, toBeAdded } = await getMigrations(auth.options);
    await owner.end();
    expect({ toBeCreated, toBeAdded }).toEqual({ toBeCreated: [], toBeAdded: [] });
  });

  it.each([
    'delete from keys',
    'delete from key_organizations',
    "update keys set scopes = '{emit,read}'",
    'update keys set expires_at = now()',
    'update key_organizations set organization_id = gen_random_uuid()',
    'delete from users',
    'delete from organizations',
    'update members set user_id = gen_random_uuid()',
    'delete from invitations',
    "update invitations set email = 'x@x.io'",
    'update accounts set user_id = gen_random_uuid()',
    'delete from organization_domains',
    'update organization_domains set organization_id = gen_random_uuid()',
    'select from verifications',
    'truncate sessions',
  ])('deny the serving role: %s', async (statement) => {
    await expect(db.pool.query(statement)).rejects.toMatchObject({ code: '42501' });
  });
});

describe('createUser', () => {
  it('lower-cases the address, and reports a conflict when it is taken', async () => {
    const { id } = await createUser({ db, clock: Date.now }, null, ada);
    await expect(
      createUser({ db, clock: Date.now }, null, { ...ada, email: 'ADA@example.com' }),
    ).rejects.toMatchObject({
      code: 'conflict',
      path: '$.email',
    });
    const { rows } = await db.pool.query('select email from users where id = $1', [id]);
    expect(rows).toEqual([{ email: 'ada@example.com' }]);
  });

  it('stores no password in plain text', async () => {
    const { rows } = await db.pool.query('select accounts::text as row from accounts');
    expect(rows).toHaveLength(1);
    expect(rows[0].row).not.toContain(ada.password);
  });

  it.each([
    [{ email: 'not an address' }, '$.email'],
    [{ password: 'short' }, '$.password'],
    [{ name: ' ' }, '$.name'],
  ])('rejects %o with its path', async (change, path) => {
    await expect(
      createUser({ db, clock: Date.now }, null, { ...ada, ...change }),
    ).rejects.toMatchObject({
      code: 'bad_request',
      path,
    });
  });
});

describe('createOrganization', () => {
  it('uses a given id, makes a slug, and adds the owner in the same transaction', async () => {
    const id = crypto.randomUUID();
    const created = await createOrganization({ db, clock: Date.now }, null, {
      id,
      name: 'Zoë & Söhne',
    });
    expect(created).toEqual({ id, slug: `zoe-sohne-${id.slice(-8)}` });
    await expect(
      createOrganization({ db, clock: Date.now }, null, {
        name: 'Half',
        ownerId: crypto.randomUUID(),
      }),
    ).rejects.toBeInstanceOf(Error);
    const { rowCount } = await db.pool.query("select from organizations where name = 'Half'");
    expect(rowCount).toBe(0);
  });

  it('reports a conflict when the id or the slug is taken', async () => {
    const { id } = await createOrganization({ db, clock: Date.now }, null, {
      name: 'Taken',
      slug: 'taken',
    });
    await expect(
      createOrganization({ db, clock: Date.now }, null, { name: 'Other', slug: 'taken' }),
    ).rejects.toMatchObject({
      code: 'conflict',
      path: '$.slug',
    });
    await expect(
      createOrganization({ db, clock: Date.now }, null, { id, name: 'Other' }),
    ).rejects.toMatchObject({
      code: 'conflict',
      path: '$.id',
    });
  });
});

describe('addMember', () => {
  it('adds a user once, and only an existing user to an existing organisation', async () => {
    const { id: userId } = await createUser({ db, clock: Date.now }, null, {
      ...ada,
      email: 'grace@example.com',
    });
    const { id: organizationId } = await createOrganization({ db, clock: Date.now }, null, {
      name: 'Members',
    });
    await addMember({ db, clock: Date.now }, null, { organizationId, userId, role: 'auditor' });
    await expect(
      addMember({ db, clock: Date.now }, null, { organizationId, userId, role: 'owner' }),
    ).rejects.toMatchObject({
      code: 'conflict',
    });
    await expect(
      addMember({ db, clock: Date.now }, null, {
        organizationId: crypto.randomUUID(),
        userId,
        role: 'owner',
      }),
    ).rejects.toMatchObject({ code: 'not_found' });
  });
});
