/** Every change to the trail's tables that the test makes, one at a time. */

import { other, signedBefore, signedSize, special, trailSize, victim } from './world.ts';

export interface Mutation {
  table: string;
  /** The change, for the document. */
  what: string;
  /** The column that it changes; undefined for inserted, deleted or swapped rows. */
  column?: string;
  /** One statement or several. */
  sql: string;
  /** Why nothing detects it; undefined when something does. */
  why?: string;
}

/** A signed event in the first batch, and its row. */
const seq = 42;
const stranger = '00000000-0000-4000-8000-0000000000ff';
const row = `organization_id = '${victim}' and seq = ${seq}`;
const at = (column: string, value: number | string) =>
  `organization_id = '${victim}' and ${column} = ${value}`;

function column(table: string, name: string, value: string, where: string): Mutation {
  const sql = `update ${table} set ${name} = ${value} where ${where}`;
  return { table, what: `\`${name}\` changed`, column: name, sql };
}

/** Swaps columns of two rows in one statement. */
function swap(table: string, names: string[], key: string, one: string, two: string): Mutation {
  const set = names.map((name) => `${name} = twin.${name}`).join(', ');
  return {
    table,
    what: `two rows swapped`,
    sql: `update ${table} t set ${set} from ${table} twin
          where t.organization_id = '${victim}' and twin.organization_id = '${victim}'
            and ((t.${key} = ${one} and twin.${key} = ${two}) or (t.${key} = ${two} and twin.${key} = ${one}))`,
  };
}

const flipped = (name: string, byte: number) =>
  `set_byte(${name}, ${byte}, get_byte(${name}, ${byte}) # 1)`;

/** A copy of a row with some columns replaced. */
function copied(table: string, where: string, replaced: Record<string, string>): string {
  return `insert into ${table} select (jsonb_populate_record(t, jsonb_build_object(${Object.entries(
    replaced,
  )
    .map(([name, value]) => `'${name}', ${value}`)
    .join(', ')}))).* from ${table} t where ${where}`;
}

const batches: Mutation[] = [
  column('log_batches', 'organization_id', `'${stranger}'`, at('first_seq', 200)),
  column('log_batches', 'first_seq', '201', at('first_seq', 200)),
  column('log_batches', 'count', 'count - 1', at('first_seq', 200)),
  column('log_batches', 'entries', flipped('entries', 60), at('first_seq', 0)),
  {
    ...column('log_batches', 'entries', 'substr(entries, 1, 500)', at('first_seq', 0)),
    what: '`entries` truncated',
  },
  {
    table: 'log_batches',
    what: 'a row deleted',
    sql: `delete from log_batches where ${at('first_seq', 200)}`,
  },
  {
    table: 'log_batches',
    what: 'a row inserted in between',
    sql: copied('log_batches', at('first_seq', trailSize - 1), { first_seq: '5' }),
  },
  {
    table: 'log_batches',
    what: 'a row inserted at the end',
    sql: copied('log_batches', at('first_seq', trailSize - 1), { first_seq: String(trailSize) }),
  },
  swap(
    'log_batches',
    ['entries', 'count'],
    'first_seq',
    String(trailSize - 3),
    String(trailSize - 2),
  ),
];

const tiles: Mutation[] = [
  column('log_tiles', 'organization_id', `'${stranger}'`, at('index', 1)),
  column('log_tiles', 'level', '1', at('index', 1)),
  column('log_tiles', 'index', '2', at('index', 1)),
  column('log_tiles', 'hashes', flipped('hashes', 32 * seq), at('index', 0)),
  {
    table: 'log_tiles',
    what: 'a row deleted',
    sql: `delete from log_tiles where ${at('index', 0)}`,
  },
  {
    table: 'log_tiles',
    what: 'a row inserted',
    sql: copied('log_tiles', at('index', 0), { index: '2' }),
  },
  swap('log_tiles', ['hashes'], 'index', '0', '1'),
];

const newest = at('size', signedSize);
const older = at('size', signedBefore);
const checkpoints: Mutation[] = [
  column('log_checkpoints', 'organization_id', `'${other}'`, older),
  column('log_checkpoints', 'size', '255', older),
  column('log_checkpoints', 'signed_at', "signed_at - interval '1 hour'", older),
  {
    ...column(
      'log_checkpoints',
      'signed_at',
      "date_trunc('second', signed_at) + interval '0.999 s'",
      older,
    ),
    what: '`signed_at` changed within its second',
    why: 'The witness signs whole seconds. The fraction only decides the order of two checkpoints of the same size and second.',
  },
  column(
    'log_checkpoints',
    'note',
    "replace(note, '\\n256\\n', '\\n255\\n')".replaceAll("'\\n", "E'\\n"),
    older,
  ),
  {
    ...column('log_checkpoints', 'note', "regexp_replace(note, '\\n[^\\n]+\\n$', E'\\n')", older),
    what: '`note` without the witness’ signature',
  },
  {
    table: 'log_checkpoints',
    what: 'an older row deleted',
    sql: `delete from log_checkpoints where ${older}`,
    why: 'Each checkpoint covers everything before it, so the newest proves the trail without the older ones.',
  },
  {
    table: 'log_checkpoints',
    what: 'the newest row deleted',
    sql: `delete from log_checkpoints where ${newest}`,
  },
  {
    table: 'log_checkpoints',
    what: 'a row inserted, with a note of another size',
    sql: copied('log_checkpoints', older, { size: '300' }),
  },
  {
    ...swap('log_checkpoints', ['note'], 'size', String(signedBefore), String(signedSize)),
    what: 'the notes of two rows swapped',
  },
];

const head = `organization_id = '${victim}'`;
const heads: Mutation[] = [
  column('log_heads', 'organization_id', `'${stranger}'`, head),
  column('log_heads', 'size', 'size + 1', head),
  column('log_heads', 'frontier', flipped('frontier', 40), head),
  column('log_heads', 'root', flipped('root', 7), head),
  column('log_heads', 'last_logged_at', "last_logged_at + interval '1 hour'", head),
  column('log_heads', 'signed_size', '256', head),
  {
    ...column('log_heads', 'signed_size', 'size', head),
    what: '`signed_size` moved up to `size`, so that the signer finds nothing to sign',
  },
  column('log_heads', 'signed_at', "signed_at - interval '1 hour'", head),
  { table: 'log_heads', what: 'a row deleted', sql: `delete from log_heads where ${head}` },
  {
    table: 'log_heads',
    what: 'a row inserted, of a trail without entries',
    sql: copied('log_heads', head, { organization_id: `'${stranger}'` }),
  },
  {
    table: 'log_heads',
    what: 'two rows swapped',
    sql: `update log_heads t set size = twin.size, frontier = twin.frontier, root = twin.root,
                 last_logged_at = twin.last_logged_at, signed_size = twin.signed_size, signed_at = twin.signed_at
          from log_heads twin where t.organization_id <> twin.organization_id`,
  },
];

const events: Mutation[] = [
  column('audit_events', 'organization_id', `'${stranger}'`, row),
  column('audit_events', 'seq', String(trailSize), row),
  column('audit_events', 'id', 'gen_random_uuid()', row),
  {
    ...column('audit_events', 'content_mac', flipped('content_mac', 3), row),
    why: 'It contains nothing about the event. It is a keyed hash of the event as it was sent, which is not stored, and distinguishes a repeat from another event with the same id. If it is changed, a genuine repeat is rejected as `id_reused`.',
  },
  column('audit_events', 'at', "at - interval '1 day'", row),
  { ...column('audit_events', 'at', "'infinity'", row), what: '`at` set to `infinity`' },
  column('audit_events', 'logged_at', "logged_at - interval '1 day'", row),
  column('audit_events', 'late', 'not late', row),
  column('audit_events', 'type', "'user.build'", row),
  column('audit_events', 'outcome', "'f'", row),
  column(
    'audit_events',
    'actor_ref',
    `(select max(ref) from actors where organization_id = '${victim}' and ref <> actor_ref)`,
    row,
  ),
  column('audit_events', 'behalf_ref', 'null', at('seq', special.onBehalf)),
  { ...column('audit_events', 'behalf_ref', 'actor_ref', row), what: '`behalf_ref` added' },
  column('audit_events', 'key_id', 'null', row),
  column('audit_events', 'disclosures', "overlay(disclosures placing 'A' from 60)", row),
  {
    ...column('audit_events', 'disclosures', "split_part(disclosures, '~', 1)", row),
    what: '`disclosures`: all but one removed',
  },
  { ...column('audit_events', 'disclosures', "''", row), what: '`disclosures` emptied' },
  {
    ...column(
      'audit_events',
      'disclosures',
      "(select string_agg(part, '~' order by part desc) from regexp_split_to_table(disclosures, '~') as part)",
      row,
    ),
    what: '`disclosures` in another order',
    why: 'The order of an event’s disclosures has no meaning: they are parts of one event, and the entry has a digest of each.',
  },
  { table: 'audit_events', what: 'a row deleted', sql: `delete from audit_events where ${row}` },
  {
    table: 'audit_events',
    what: 'a row inserted',
    sql: copied('audit_events', row, { seq: String(trailSize), id: 'gen_random_uuid()' }),
  },
  {
    ...swap('audit_events', ['disclosures'], 'seq', String(seq), String(seq + 1)),
    what: 'the disclosures of two rows swapped',
  },
  {
    table: 'audit_events',
    what: 'two rows swapped',
    sql: `update audit_events set seq = -1 where ${row};
          update audit_events set seq = ${seq} where ${at('seq', seq + 1)};
          update audit_events set seq = ${seq + 1} where ${at('seq', -1)}`,
  },
];

const someone = `organization_id = '${victim}' and address = 'u2@exciting.soda'`;
const actors: Mutation[] = [
  column('actors', 'organization_id', `'${stranger}'`, someone),
  column('actors', 'ref', 'ref + 1', someone),
  column('actors', 'address', "'nobody@exciting.soda'", someone),
  { table: 'actors', what: 'a row deleted', sql: `delete from actors where ${someone}` },
  {
    table: 'actors',
    what: 'a row inserted',
    sql: `insert into actors values ('${victim}', 7, 'nobody@exciting.soda')`,
  },
  swap('actors', ['address'], 'address', "'u2@exciting.soda'", "'u3@exciting.soda'"),
];

const target = `organization_id = '${victim}' and seq = ${seq}`;
const targets: Mutation[] = [
  column('event_targets', 'organization_id', `'${stranger}'`, target),
  column('event_targets', 'target_type', "'build'", target),
  column('event_targets', 'target_id', "'521'", target),
  column('event_targets', 'at', "at - interval '1 hour'", target),
  column('event_targets', 'seq', String(trailSize), target),
  {
    table: 'event_targets',
    what: 'a row deleted',
    sql: `delete from event_targets where ${target}`,
  },
  {
    table: 'event_targets',
    what: 'a row inserted',
    sql: copied('event_targets', target, { target_id: "'521'" }),
  },
  {
    table: 'event_targets',
    what: 'two rows swapped',
    sql: `update event_targets set seq = -1 where ${target};
          update event_targets set seq = ${seq} where ${at('seq', seq + 1)};
          update event_targets set seq = ${seq + 1} where ${at('seq', -1)}`,
  },
];

const keys: Mutation[] = [
  {
    ...column(
      'log_keys',
      'purpose',
      "case purpose when 'log' then 'witness' else 'log' end",
      'true',
    ),
    sql: `create temp table twins as select * from log_keys; delete from log_keys;
          insert into log_keys select case purpose when 'log' then 'witness' else 'log' end, public_key from twins`,
    what: '`purpose` changed: two rows swapped',
  },
  column('log_keys', 'public_key', flipped('public_key', 3), "purpose = 'log'"),
  {
    ...column('log_keys', 'created_at', "created_at - interval '1 year'", 'true'),
    why: 'It is only a note for people; no code reads it.',
  },
  {
    table: 'log_keys',
    what: 'a row deleted',
    sql: "delete from log_keys where purpose = 'witness'",
  },
];

const place = `organization_id = '${victim}'`;
const projections: Mutation[] = [
  column('projections', 'organization_id', `'${stranger}'`, place),
  column('projections', 'name', "'other'", place),
  column('projections', 'next_seq', 'next_seq - 1', place),
  {
    ...column('projections', 'next_seq', 'next_seq + 5', place),
    what: '`next_seq` moved past the end',
  },
  { table: 'projections', what: 'a row deleted', sql: `delete from projections where ${place}` },
  {
    table: 'projections',
    what: 'a row inserted, for an unknown follower',
    sql: copied('projections', place, { name: "'other'" }),
    why: 'No code reads it.',
  },
];

export const mutations: readonly Mutation[] = [
  ...batches,
  ...tiles,
  ...checkpoints,
  ...heads,
  ...events,
  ...actors,
  ...targets,
  ...keys,
  ...projections,
];
