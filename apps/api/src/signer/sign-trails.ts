/**
 * One round of signing: every trail whose head is beyond its last checkpoint is re-hashed from what was signed before,
 * held against the database's head, remembered on disk, and only then signed.
 */

import {
  appendLeaves,
  decodeFrontier,
  encodeFrontier,
  frontierRoot,
  leafHash,
} from '@liblab/audit-core/log';
import type { Client } from 'pg';
import { readEntries } from '../events/read-entries.ts';
import { sha256 } from '../events/sha256.ts';
import type { SignedTree, SignerState } from './signer-state.ts';

export interface Head {
  organizationId: string;
  size: number;
  root: Buffer;
}

export interface Round {
  /** Trails that may be signed, with the tree to sign. */
  sound: Map<string, SignedTree & { root: Uint8Array }>;
  /** Trails that must not be signed any more, and why. */
  alarms: { organizationId: string; reason: string; signedSize: number; headSize: number }[];
}

/** Most entries hashed at a time, so that a round ends and the lock's holder stays responsive. */
const entriesPerRead = 10_000;

/** Re-hashes each head's new entries on top of what was signed. Reads only. */
export async function checkHeads(
  db: Client,
  state: Pick<SignerState, 'get'>,
  heads: readonly Head[],
): Promise<Round> {
  const round: Round = { sound: new Map(), alarms: [] };
  for (const head of heads) {
    const signed = state.get(head.organizationId) ?? { size: 0, frontier: new Uint8Array() };
    const alarm = (reason: string) =>
      round.alarms.push({
        organizationId: head.organizationId,
        reason,
        signedSize: signed.size,
        headSize: head.size,
      });
    if (head.size < signed.size) {
      alarm(
        `The trail has ${head.size} events, but ${signed.size} were signed: its end was cut or the database restored to the past.`,
      );
      continue;
    }
    const tree = await extend(db, head, signed);
    if (tree === undefined) alarm(`Entries between ${signed.size} and ${head.size} are missing.`);
    else if (!tree.root.every((byte, index) => byte === head.root[index])) {
      alarm(
        `The entries from ${signed.size} to ${head.size} do not lead from the signed tree to the stored root: rows were changed.`,
      );
    } else round.sound.set(head.organizationId, tree);
  }
  return round;
}

async function extend(db: Client, head: Head, signed: SignedTree) {
  let frontier = decodeFrontier(signed.size, signed.frontier);
  while (frontier.size < head.size) {
    const end = Math.min(head.size, frontier.size + entriesPerRead);
    const entries = await readEntries(db, head.organizationId, frontier.size, end);
    if (entries.length === 0) return undefined;
    frontier = appendLeaves(
      frontier,
      entries.map((entry) => leafHash(entry, sha256)),
      sha256,
    ).after;
  }
  return {
    size: head.size,
    frontier: encodeFrontier(frontier),
    root: frontierRoot(frontier, sha256),
  };
}
