/** The environment of a figure: a fresh copy of the filled database, an API process on it, and keys for clients. */

import { randomUUID } from 'node:crypto';
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { KeyScope } from '@liblab/audit-core';
import type { Client } from 'pg';
import { openDatabase, type Database } from '@liblab/audit-api/db/database';
import { addMember } from '@liblab/audit-api/portal/accounts/add-member';
import { createOrganization } from '@liblab/audit-api/portal/identity/create-organization';
import { createUser } from '@liblab/audit-api/portal/accounts/create-user';
import { createKey } from '@liblab/audit-api/portal/keys/create-key';
import { startApiProcess, type ApiProcess } from '@liblab/audit-api/test-support/api-process';
import { cookieOf } from '@liblab/audit-api/test-support/test-app';
import { dropDatabase, folder, startCluster } from './cluster.ts';
import { printProgress } from './figure.ts';
import { childrenOf, cpuOf, cpuOfFamily } from './processes.ts';
import { loadConfig } from '@liblab/audit-api/config';
import { fillTrail } from './fill-trail.ts';
import { ensureTemplate, filledId, readBehind, spacingMs } from './template.ts';

export interface World extends AsyncDisposable {
  /** A connection as the database's owner, on which floors are measured. */
  owner: Client;
  /** Opens another such connection. */
  connect(): Promise<Client>;
  api: ApiProcess;
  /** The filled trail, and the times of its first and last events. */
  trail: { organizationId: string; events: number; firstMs: number; lastMs: number };
  /** Appends events to the filled trail, with times between its last event and now. */
  fill(events: number): Promise<void>;
  organizations(count: number): Promise<string[]>;
  key(scopes: readonly KeyScope[], organizationIds: readonly string[]): Promise<string>;
  /** Creates an owner of the organisation and signs in. Returns the session cookie. */
  signIn(organizationId: string): Promise<string>;
  /** CPU seconds used so far. */
  cpu(): Costs;
}

export interface Costs {
  api: number;
  signer: number;
  /** All processes of Postgres. */
  postgres: number;
}

const database = 'bench_run';
/** The period in which appended events happened. */
const fillMs = 10 * 60 * 1000;
const portal = { role: 'bench_portal', password: 'bench' };

/** Opens an environment; `nodeOptions` are passed to the API, for instance `--cpu-prof`. */
export async function openWorld(events: number, nodeOptions: string[] = []): Promise<World> {
  await using stack = new AsyncDisposableStack();
  const cluster = stack.use(await startCluster());
  const template = await ensureTemplate(cluster, events);
  printProgress(`Copying ${template.database}.`);
  await dropDatabase(cluster, database);
  await cluster.server.query(
    `create database ${database} template ${template.database} strategy file_copy`,
  );
  stack.defer(() => dropDatabase(cluster, database));
  await makePortalRole(cluster.server);
  // The signer's state must match the copied database.
  const dataDir = join(folder, 'run');
  rmSync(dataDir, { recursive: true, force: true });
  cpSync(template.dataDir, dataDir, { recursive: true });
  const port = 20_000 + (process.pid % 10_000);
  const api = await startApiProcess({
    databaseUrl: cluster.urlTo(database, portal.role, portal.password),
    dataDir,
    port,
    nodeOptions,
    env: {
      NODE_ENV: 'production',
      AUDIT_PUBLIC_URL: `http://127.0.0.1:${port}`,
      AUDIT_LOG_ORIGIN: 'audit.localhost/log',
      AUDIT_SECRET_FILE: join(dataDir, 'secret'),
    },
  });
  stack.defer(() => api.stop());
  const pid = api.child.pid ?? 0;
  const owner = await cluster.connect(database);
  const db = openDatabase({ url: cluster.urlTo(database) });
  stack.defer(() => db.close());
  const { rows } = await owner.query<{ at: Date; key_id: string }>(
    'select at, key_id from audit_events where organization_id = $1 order by at desc limit 1',
    [filledId],
  );
  const [{ at, key_id: keyId } = { at: new Date(0), key_id: '' }] = rows;
  const lastMs = at.getTime();
  const firstMs = lastMs - (events - 1) * spacingMs;
  const trail = { organizationId: filledId, events, firstMs, lastMs, keyId };
  const held = stack.move();
  return {
    owner,
    connect: () => cluster.connect(database),
    api,
    trail,
    async fill(count) {
      const { lastMs: fromMs } = trail;
      await fillTrail({
        config: loadConfig({ DATABASE_URL: cluster.urlTo(database), DATA_DIR: dataDir }),
        organizationId: filledId,
        keyId,
        from: trail.events,
        to: trail.events + count,
        atMs: (position) => fromMs + Math.floor(((position - trail.events) * fillMs) / count),
      });
      trail.events += count;
      trail.lastMs += fillMs;
    },
    async organizations(count) {
      const ids: string[] = [];
      for (let n = 0; n < count; n += 1) {
        ids.push(
          (await createOrganization({ db, clock: Date.now }, null, { name: `Organisation ${n}` }))
            .id,
        );
      }
      return ids;
    },
    async key(scopes, organizationIds) {
      const key = { name: 'Bench', scopes: [...scopes], organizationIds };
      return (await createKey({ db, clock: Date.now }, null, key)).secret;
    },
    signIn: (organizationId) => signIn(db, api.url, organizationId),
    cpu: () => ({
      api: cpuOf(pid),
      signer: childrenOf(pid).reduce((sum, child) => sum + cpuOf(child), 0),
      postgres: cpuOfFamily(cluster.pid),
    }),
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}

/** Waits until everything is relayed, projected and signed, so that it does not affect the next measurement. */
export async function settle({ owner }: Pick<World, 'owner'>): Promise<void> {
  const relayed = async () =>
    (await owner.query('select from outbox where organization_id is not null limit 1')).rowCount ===
    0;
  while (!(await relayed()) || (await readBehind(owner)) > 0) await delay(100);
}

async function signIn(db: Database, url: string, organizationId: string): Promise<string> {
  const email = `${randomUUID()}@example.com`;
  const password = randomUUID();
  const { id } = await createUser({ db, clock: Date.now }, null, {
    email,
    name: 'Bench',
    password,
    emailVerified: true,
  });
  await addMember({ db, clock: Date.now }, null, { organizationId, userId: id, role: 'owner' });
  const answer = await fetch(`${url}/api/auth/sign-in/email`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url },
    body: JSON.stringify({ email, password }),
  });
  if (!answer.ok) throw new Error(`Sign-in failed: ${await answer.text()}`);
  return cookieOf(answer);
}

/** A role as in production: it may serve and sign, and owns nothing. */
async function makePortalRole(server: Client): Promise<void> {
  const { role, password } = portal;
  await server.query(`drop role if exists ${role}`);
  await server.query(
    `create role ${role} login password '${password}' in role audit_api, audit_signer`,
  );
}
