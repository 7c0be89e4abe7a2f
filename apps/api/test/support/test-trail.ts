/** Trails in a test database, written through the sequencer. */

import { randomUUID } from 'node:crypto';
import type { EventResult } from '@liblab/audit-core';
import { createOrganization } from '../../src/portal/identity/create-organization.ts';
import { appendEvents } from '../../src/trail/ingest/append-events.ts';
import { createKey } from '../../src/portal/keys/create-key.ts';
import { untilFollowed } from './follow.ts';
import { startTestApp, type TestApp } from './test-app.ts';
import { createTestDatabase, type TestDatabase } from './test-database.ts';

export interface TestTrail extends AsyncDisposable {
  database: TestDatabase;
  app: TestApp;
  /** A new organisation, empty. */
  organization(name?: string): Promise<TestOrganization>;
  /** Resolves when the running followers have caught up. */
  follow(): Promise<void>;
}

export interface TestOrganization {
  id: string;
  keyId: string;
  /** The headers for the organisation's key, which has all scopes. */
  headers: { authorization: string };
  /** Appends events in one request, with defaults for missing fields. Throws when one is rejected. */
  emit(events: readonly object[]): Promise<EventResult[]>;
}

export async function startTestTrail(env: Record<string, string> = {}): Promise<TestTrail> {
  const database = await createTestDatabase();
  const app = await startTestApp(database, env);
  const { services } = app;
  return {
    database,
    app,
    async organization(name = 'Exciting Soda') {
      const { id } = await createOrganization(services, null, { name });
      const scopes = ['emit', 'import', 'build', 'read'] as const;
      const key = await createKey(services, null, {
        name: 'Importer',
        scopes: [...scopes],
        organizationIds: [id],
      });
      const emitter = { keyId: key.id, organizationIds: [id], scopes, emitTypes: null };
      return {
        id,
        keyId: key.id,
        headers: { authorization: `Bearer ${key.secret}` },
        async emit(events) {
          const body = { events: events.map((event) => ({ ...eventDefaults(), ...event })) };
          const { results } = await appendEvents(services, emitter, body, undefined);
          const bad = results.find(({ status }) => status !== 'recorded');
          if (bad) throw new Error(JSON.stringify(bad));
          return results;
        },
      };
    },
    follow: () => untilFollowed(services.db.pool),
    async [Symbol.asyncDispose]() {
      await app[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
    },
  };
}

function eventDefaults(): object {
  return {
    id: randomUUID(),
    type: 'user.create_api',
    occurredAt: new Date().toISOString(),
    actor: { type: 'user', id: '1190', email: 'ada@exciting.soda', name: 'Ada Okafor' },
    targets: [{ type: 'api', id: '520' }],
    details: { apiName: 'Llama Store', apiId: 520 },
  };
}
