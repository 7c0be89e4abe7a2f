import { randomBytes, randomUUID } from 'node:crypto';
import type { Client } from 'pg';
import { expect, test } from 'vitest';
import { administer } from '../support/test-cluster.ts';
import { mutations } from '../tampering/mutations.ts';
import { verify } from '../tampering/search.ts';
import { makeWorld } from '../tampering/world.ts';
import { counts, report, timeoutMs } from './counts.ts';

/** Changes to these columns can go undetected; docs/tampering.md says why. */
const unnoticed = new Set(
  mutations.flatMap(({ table, column, why }) => (why && column ? [`${table}.${column}`] : [])),
);

interface Column {
  table_name: string;
  column_name: string;
  data_type: string;
}

test(
  'whatever value is put in a row, verification ends, and finds it',
  { timeout: timeoutMs },
  async () => {
    await using world = await makeWorld();
    let refused = 0;
    let found = 0;
    await administer(world.database.ownerUrl, async (client) => {
      const { rows: columns } = await client.query<Column>(
        `select table_name, column_name, data_type from information_schema.columns
       where table_schema = 'public' and table_name = any($1)`,
        [[...new Set(mutations.map(({ table }) => table))]],
      );
      for (let change = 0; change < counts.randomChanges; change += 1) {
        const column = pick(columns);
        const value = valueOf(column.data_type);
        await client.query('begin');
        const changed = await put(client, column, value);
        if (changed) {
          const finding = await verify(client, world);
          const what = `${column.table_name}.${column.column_name} = ${value}`;
          if (finding) found += 1;
          else expect(unnoticed, what).toContain(`${column.table_name}.${column.column_name}`);
        } else refused += 1;
        await client.query('rollback');
      }
    });
    report('values put in at random', {
      changes: counts.randomChanges,
      'refused by the schema or no change': refused,
      'found by verification': found,
      'not found, with the reason': counts.randomChanges - refused - found,
    });
  },
);

/** False when the schema rejects the value or the row already has it. */
async function put(
  client: Client,
  { table_name, column_name, data_type }: Column,
  value: string | null,
): Promise<boolean> {
  const type = data_type === '"char"' ? '"char"' : data_type;
  try {
    const { rowCount } = await client.query(
      `update ${table_name} set ${column_name} = $1::text::${type}
       where ctid = (select ctid from ${table_name} order by random() limit 1)
         and ${column_name} is distinct from $1::text::${type}`,
      [value],
    );
    return rowCount === 1;
  } catch (error) {
    // Integrity constraints, and values outside the type.
    expect((error as { code?: string }).code).toMatch(/^2[23]/);
    return false;
  }
}

const pick = <Item>(items: readonly Item[]) =>
  items[Math.floor(Math.random() * items.length)] as Item;

function valueOf(type: string): string | null {
  if (Math.random() < 0.05) return null;
  switch (type) {
    case 'bytea':
      return `\\x${randomBytes(pick([0, 1, 32, 64, 500, 8_192])).toString('hex')}`;
    case 'uuid':
      return randomUUID();
    case 'boolean':
      return pick(['true', 'false']);
    case 'bigint':
      return pick(['-9223372036854775808', '-1', '0', '7', '600', '603', '9223372036854775807']);
    case 'integer':
      return pick(['-2147483648', '0', '1', '57', '2147483647']);
    case 'smallint':
      return pick(['-32768', '0', '1', '7', '32767']);
    case '"char"':
      return pick(['s', 'f', 'd', 'x', '']);
    case 'timestamp with time zone':
      return pick(['-infinity', 'infinity', '0001-01-01 BC', '294276-01-01', '2026-01-31T09:30Z']);
    default:
      return pick([
        '',
        '~',
        '~~',
        'AA',
        'null',
        'log',
        randomBytes(200).toString('base64url'),
        '\n\n— x y\n',
      ]);
  }
}
