/** Finds the trails to sign: those that have grown, and in a slower sweep all trails in the signer state. */

import { decodeFrontier, frontierRoot } from '@liblab/audit-core/log';
import type { Client } from 'pg';
import { sha256 } from '../trail/store/sha256.ts';
import type { Head } from './sign-trails.ts';
import type { SignedTree, SignerState } from './signer-state.ts';

/** The maximum number of trails in a round. A full round is followed by the next without a pause. */
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

/** Trails whose head is larger than their last checkpoint. Reads an index. */
export async function findUnsigned(client: Client): Promise<Head[]> {
  const { rows } = await client.query<HeadRow>(
    `${selectHead('h.organization_id')} from log_heads h ${newestNoteOf('h.organization_id')}
     where h.size > h.signed_size and ${hasNoAlarm('h.organization_id')}
     order by h.signed_at nulls first limit ${headsPerRound}`,
  );
  return rows.map(headOf);
}

/**
 * Checks all trails in the signer state, in batches. Yields those whose head differs from the signed tree, whatever
 * signed_size claims, and those whose last signature is a day old. A deleted trail has a head of size 0.
 */
export async function* findDeviating(
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
      .filter(
        (row) => isSignatureOld(row, nowMs) || !isSame(headOf(row), state.get(row.organization_id)),
      )
      .map(headOf);
  }
}

/** A trail without new events is signed again after a day, which proves that it had none. */
const renewAfterMs = 24 * 60 * 60 * 1000;

function isSignatureOld({ signed_at }: HeadRow, nowMs: number): boolean {
  return signed_at !== null && nowMs - signed_at.getTime() > renewAfterMs;
}

const selectHead = (id: string) =>
  `select ${id} as organization_id, h.size, h.frontier, h.root, h.signed_at,
          c.note as newest_note, c.signed_at as newest_note_at`;

const newestNoteOf = (id: string) =>
  `left join lateral (select note, signed_at from log_checkpoints where organization_id = ${id}
   order by size desc, signed_at desc limit 1) c on true`;

/** A trail with an alarm is not signed until an operator has resolved the alarm. */
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
