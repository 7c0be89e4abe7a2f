/** Which trails the signer looks at: those that have grown, and in a slower sweep all that it remembers. */

import { decodeFrontier, frontierRoot } from '@liblab/audit-core/log';
import type { Client } from 'pg';
import { sha256 } from '../trail/store/sha256.ts';
import type { Head } from './sign-trails.ts';
import type { SignedTree, SignerState } from './signer-state.ts';

/** Trails looked at in one round; the others wait for the next, which follows at once. */
export const headsPerRound = 500;

interface HeadRow {
  organization_id: string;
  size: string | null;
  frontier: Buffer | null;
  root: Buffer | null;
  signed_at: Date | null;
  newest_note: string | null;
  newest_note_at: Date | null;
}

/** Trails whose head is beyond their last checkpoint. Read from an index. */
export async function findUnsigned(client: Client): Promise<Head[]> {
  const { rows } = await client.query<HeadRow>(
    `${selectHead('h.organization_id')} from log_heads h ${newestNoteOf('h.organization_id')}
     where h.size > h.signed_size and ${hasNoAlarm('h.organization_id')}
     order by h.signed_at nulls first limit ${headsPerRound}`,
  );
  return rows.map(headOf);
}

/**
 * Of the trails that the state remembers, some at a time: those whose head is not what was signed, whatever the database
 * says of its signature, and silent ones whose last signature is a day old. A trail that is gone has a head of size 0.
 */
export async function* findStrayed(
  client: Client,
  state: SignerState,
  nowMs: number,
): AsyncGenerator<Head[]> {
  const remembered = state.organizationIds();
  for (let at = 0; at < remembered.length; at += headsPerRound) {
    const { rows } = await client.query<HeadRow>(
      `${selectHead('known.id')} from unnest($1::uuid[]) as known (id)
       left join log_heads h on h.organization_id = known.id ${newestNoteOf('known.id')} where ${hasNoAlarm('known.id')}`,
      [remembered.slice(at, at + headsPerRound)],
    );
    yield rows
      .filter((row) => isSilent(row, nowMs) || !isSame(headOf(row), state.get(row.organization_id)))
      .map(headOf);
  }
}

/** A silent trail is signed again after a day, so that its silence is asserted too. */
const renewAfterMs = 24 * 60 * 60 * 1000;

function isSilent({ signed_at }: HeadRow, nowMs: number): boolean {
  return signed_at !== null && nowMs - signed_at.getTime() > renewAfterMs;
}

const selectHead = (id: string) =>
  `select ${id} as organization_id, h.size, h.frontier, h.root, h.signed_at,
          c.note as newest_note, c.signed_at as newest_note_at`;

const newestNoteOf = (id: string) =>
  `left join lateral (select note, signed_at from log_checkpoints where organization_id = ${id}
   order by size desc, signed_at desc limit 1) c on true`;

/** What was found once is not signed again until a person has looked at it. */
const hasNoAlarm = (id: string) =>
  `not exists (select from log_alarms a where a.organization_id = ${id} and a.resolved_at is null)`;

function headOf(row: HeadRow): Head {
  return {
    organizationId: row.organization_id,
    size: Number(row.size ?? 0),
    frontier: row.frontier ?? new Uint8Array(),
    root: row.root ?? new Uint8Array(),
    newestNote:
      row.newest_note === null || row.newest_note_at === null
        ? undefined
        : { note: row.newest_note, signedAtMs: row.newest_note_at.getTime() },
  };
}

function isSame(head: Head, tree: SignedTree | undefined): boolean {
  if (head.size !== tree?.size || Buffer.compare(head.frontier, tree.frontier) !== 0) return false;
  const root = frontierRoot(decodeFrontier(tree.size, tree.frontier), sha256);
  return Buffer.compare(head.root, root) === 0;
}
