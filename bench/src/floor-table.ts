/** The floor for writes: the same events as jsonb rows in a table with two unique indexes. */

import type { Client } from 'pg';
import { BinaryRows, copyRows } from '@liblab/audit-api/db/copy-rows';
import { newId } from './new-id.ts';
import { sampleInput } from './sample-events.ts';

/** Creates the table, and fills it with as many rows as the trail has, all of one organisation. */
export async function fillFloor(
  owner: Client,
  organizationId: string,
  events: number,
): Promise<void> {
  await owner.query(
    `create table floor_events (
       organization_id uuid not null, seq bigint not null, id uuid not null, event jsonb not null,
       primary key (organization_id, seq), unique (organization_id, id))`,
  );
  const samples = Array.from({ length: 1_000 }, (_, n) => sampleEvent(n, newId()));
  await owner.query(
    `insert into floor_events
     select $1, n, uuidv7(), ($2::jsonb[])[n % 1000 + 1] from generate_series(0, $3::bigint - 1) n`,
    [organizationId, samples, events],
  );
}

export interface Floor {
  /** COPY on one connection, with a commit per batch. Returns events per second. */
  copy(batches: number, batchEvents: number): Promise<number>;
  /** Single-row inserts with a commit each, in parallel on all connections. Returns rows per second. */
  insert(rows: number, connections: readonly Client[]): Promise<number>;
  /** One insert with its commit. Returns milliseconds. */
  insertOne(): Promise<number>;
}

/** Opens the table for appending. */
export async function openFloor(
  client: Client,
  organizationIds: readonly string[],
): Promise<Floor> {
  const { rows } = await client.query<{ next: string }>(
    'select max(seq) + 1 as next from floor_events',
  );
  let seq = Number(rows[0]?.next ?? 0);
  const nextRow = (): Row => {
    const organizationId = organizationIds[seq % organizationIds.length] as string;
    const id = newId();
    return [organizationId, seq++, id, sampleEvent(seq, id)];
  };
  const insert = (on: Client) =>
    on.query({
      name: 'insert-floor',
      text: 'insert into floor_events values ($1, $2, $3, $4)',
      values: [...nextRow()],
    });
  return {
    async copy(batches, batchEvents) {
      // Created before measuring starts: the floor is the time that Postgres needs.
      const requests = Array.from({ length: batches }, () => {
        const rows = new BinaryRows();
        for (let event = 0; event < batchEvents; event += 1) addRow(rows, nextRow());
        return rows;
      });
      const startedAt = performance.now();
      for (const rows of requests) await copyRows(client, 'floor_events', rows);
      return (batches * batchEvents * 1000) / (performance.now() - startedAt);
    },
    async insert(count, connections) {
      let left = count;
      const startedAt = performance.now();
      await Promise.all(
        connections.map(async (connection) => {
          while (left-- > 0) await insert(connection);
        }),
      );
      return (count * 1000) / (performance.now() - startedAt);
    },
    async insertOne() {
      const startedAt = performance.now();
      await insert(client);
      return performance.now() - startedAt;
    },
  };
}

/** The event as the SDK sends it. */
function sampleEvent(n: number, id: string): string {
  const occurredAt = new Date().toISOString();
  return JSON.stringify({ ...sampleInput(n), id, version: 1, occurredAt });
}

type Row = readonly [organizationId: string, seq: number, id: string, event: string];

function addRow(rows: BinaryRows, [organizationId, seq, id, event]: Row): void {
  // Binary jsonb is a version number followed by the text.
  rows.row(4).uuid(organizationId).bigint(seq).uuid(id).text(`\u0001${event}`);
}
