/** The setting of a torture test: API processes on a database, and an organisation to write to. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { openDatabase, type Database } from '../../src/db/database.ts';
import { createOrganization } from '../../src/portal/identity/create-organization.ts';
import { createKey } from '../../src/portal/keys/create-key.ts';
import { freePort } from '../support/free-port.ts';
import {
  startApiProcess,
  type ApiProcess,
  type ApiProcessOptions,
} from '../support/api-process.ts';
import { checkWritten } from './check-written.ts';
import { report } from './counts.ts';
import { startWriting, type Writing, type WritingOptions } from './writing.ts';

export interface Field extends AsyncDisposable {
  ownerUrl: string;
  db: Database;
  /** Shared by all processes, as in one deployment: secret, signing key and the signer's state. */
  dataDir: string;
  /** On the same port each time, unless another port is given. */
  startApi(
    options?: Partial<Pick<ApiProcessOptions, 'port' | 'env' | 'nodeOptions'>>,
  ): Promise<ApiProcess>;
}

/**
 * `ownerUrl` is a migrated database, which the processes reach at `databaseUrl`; their folder is created in `parent`.
 */
export async function openField(
  ownerUrl: string,
  { databaseUrl = ownerUrl, parent = tmpdir() } = {},
): Promise<Field> {
  const dataDir = mkdtempSync(join(parent, 'audit-torture-'));
  const db = openDatabase({ url: ownerUrl, role: 'audit_api' });
  const usualPort = await freePort();
  const started: ApiProcess[] = [];
  return {
    ownerUrl,
    db,
    dataDir,
    async startApi(options) {
      const api = await startApiProcess({ databaseUrl, dataDir, port: usualPort, ...options });
      started.push(api);
      return api;
    },
    async [Symbol.asyncDispose]() {
      // A failed test leaves some running.
      await Promise.all(started.map((api) => api.kill()));
      await db.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

export interface Target {
  organizationId: string;
  apiKey: string;
}

export async function createTarget(db: Database): Promise<Target> {
  const { id: organizationId } = await createOrganization({ db, clock: Date.now }, null, {
    name: `Torture ${Date.now()}`,
  });
  const { secret } = await createKey({ db, clock: Date.now }, null, {
    name: 'torture',
    scopes: ['emit'],
    organizationIds: [organizationId],
  });
  return { organizationId, apiKey: secret };
}

export interface Torture extends Partial<WritingOptions> {
  kind: string;
  /** What is done and how often, for the report. */
  done: Record<string, number>;
  /** Injects faults while events are written, and leaves everything running. */
  disturb(writing: Writing, target: Target): Promise<void>;
}

/**
 * Writes to a new organisation, injects faults, lets the clients deliver, and compares the ledger with the trail.
 * No event may be reported as undelivered: the clients have enough time.
 */
export async function torture(
  { ownerUrl, db, dataDir }: Field,
  { kind, done, disturb, urls = [], ...options }: Torture,
): Promise<void> {
  const target = await createTarget(db);
  const writing = startWriting({ urls, apiKey: target.apiKey, ...options });
  await writing.progress();
  await disturb(writing, target);
  const ledger = await writing.stop();
  expect(ledger.reported).toEqual(new Set());
  const { organizationId } = target;
  const facts = await checkWritten({ pool: db.pool, ownerUrl, organizationId, dataDir }, ledger);
  report(kind, { ...done, ...facts });
}

/** At a random moment of a write. */
export const randomMoment = (withinMs = 200) =>
  new Promise((resolve) => setTimeout(resolve, Math.random() * withinMs));
