/** Test events, and a writer for tests that append without HTTP. */

import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { createServices, type Overrides, type Services } from '../../src/app/create-services.ts';
import { loadConfig } from '../../src/config.ts';
import type { DatabaseOptions } from '../../src/db/database.ts';
import { appendEvents } from '../../src/trail/ingest/append-events.ts';

export interface TestWriter extends AsyncDisposable {
  services: Services;
  /** What was logged as a warning or an error. */
  logged: { msg: string }[];
  emit(
    organizationId: string,
    events: readonly object[],
    address?: string,
  ): ReturnType<typeof appendEvents>;
}

/** A writer with its own connections, wired like another API process on the same database. */
export async function openTestWriter(
  database: DatabaseOptions,
  overrides: Omit<Overrides, 'database'> = {},
): Promise<TestWriter> {
  const logged: TestWriter['logged'] = [];
  const log = pino(
    { level: 'warn' },
    { write: (line: string) => void logged.push(JSON.parse(line) as { msg: string }) },
  );
  const config = loadConfig({ AUDIT_SECRET_FILE: import.meta.filename });
  const services = await createServices({ ...config, inbox: false }, log, {
    ...overrides,
    database,
  });
  return {
    services,
    logged,
    emit: (organizationId, events, address) =>
      appendEvents(
        services,
        {
          keyId: testKeyId,
          organizationIds: [organizationId],
          scopes: ['emit', 'import'],
          emitTypes: null,
        },
        { events },
        address,
      ),
    [Symbol.asyncDispose]: () => services.stop(),
  };
}

export const testKeyId = '00000000-0000-4000-8000-00000000000a';

/** A valid event; `overrides` replace whole fields. */
export function apiEvent(overrides: object = {}) {
  return {
    id: randomUUID(),
    type: 'user.create_api',
    occurredAt: new Date().toISOString(),
    actor: { type: 'user', id: 'u1', email: 'ada@exciting.soda', name: 'Ada' },
    targets: [{ type: 'api', id: '520', name: 'Llama Store' }],
    details: { apiName: 'Llama Store', apiId: 520 },
    ...overrides,
  };
}
