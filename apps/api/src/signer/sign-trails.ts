/**
 * One round of signing: trails are re-hashed from what was signed before, held against the database's heads,
 * remembered on disk, and only then signed.
 */

import {
  appendLeaves,
  decodeFrontier,
  encodeFrontier,
  frontierRoot,
  leafHash,
  LogError,
} from '@liblab/audit-core/log';
import type { Client } from 'pg';
import { readEntries } from '../trail/store/read-entries.ts';
import { sha256 } from '../trail/store/sha256.ts';
import type { SignedTree, SignerState } from './signer-state.ts';

export interface Head {
  organizationId: string;
  size: number;
  frontier: Uint8Array;
  root: Uint8Array;
  /** The stored checkpoint of the largest size. */
  newestNote: { note: string; signedAtMs: number } | undefined;
}

export interface Round {
  /** Trails that may be signed, with the tree to sign. */
  sound: Map<string, SignedTree & { root: Uint8Array }>;
  /** Trails that must not be signed any more, and why. */
  alarms: { organizationId: string; reason: string; signedSize: number; headSize: number }[];
}

/** Most entries hashed at a time, so that a round ends and the lock's holder stays responsive. */
const entriesPerRead = 10_000;

const nothingSigned: SignedTree = { size: 0, frontier: new Uint8Array() };

/** A note's size and root when our own log key signed it. */
export type OpenOwnNote = (
  organizationId: string,
  note: string,
) => Promise<{ size: number; root: Uint8Array } | undefined>;

/**
 * Re-hashes each head's new entries on top of what was signed. Reads only; one bad trail keeps no other from it.
 * What we signed once is never signed otherwise: a note of ours that is beyond the state, or of its size and another
 * root, says that the state is an old one.
 */
export async function checkHeads(
  db: Client,
  state: Pick<SignerState, 'get'>,
  heads: readonly Head[],
  openOwnNote: OpenOwnNote,
): Promise<Round> {
  const round: Round = { sound: new Map(), alarms: [] };
  for (const head of heads) {
    const { organizationId } = head;
    const remembered = state.get(organizationId);
    const signed = remembered ?? nothingSigned;
    const alarm = (reason: string) =>
      round.alarms.push({ organizationId, reason, signedSize: signed.size, headSize: head.size });
    const { newestNote } = head;
    const newest =
      remembered && newestNote && newestNote.signedAtMs > (remembered.adoptedAtMs ?? 0)
        ? await openOwnNote(organizationId, newestNote.note)
        : undefined;
    if (!remembered && newestNote) {
      alarm(
        'Checkpoints of the trail are stored, but the signer state does not contain the trail.',
      );
    } else if (newest && !isRemembered(newest, signed)) {
      alarm(
        `A checkpoint for ${newest.size} events is signed, but the signer state ends at ${signed.size}: the state is out of date.`,
      );
    } else if (head.size < signed.size) {
      alarm(
        `The trail has ${head.size} events, but ${signed.size} were signed: its end was deleted, or an old backup was restored.`,
      );
    } else {
      const tree = await extend(db, head, signed);
      if (typeof tree === 'string') alarm(tree);
      else round.sound.set(organizationId, { ...signed, ...tree });
    }
  }
  return round;
}

function isRemembered(note: { size: number; root: Uint8Array }, signed: SignedTree): boolean {
  if (note.size !== signed.size) return note.size < signed.size;
  const root = frontierRoot(decodeFrontier(signed.size, signed.frontier), sha256);
  return Buffer.compare(note.root, root) === 0;
}

/** The tree of the head, or why the stored entries do not lead to it. */
async function extend(
  db: Client,
  head: Head,
  signed: SignedTree,
): Promise<(SignedTree & { root: Uint8Array }) | string> {
  const between = `The entries from ${signed.size} to ${head.size}`;
  try {
    let frontier = decodeFrontier(signed.size, signed.frontier);
    while (frontier.size < head.size) {
      const end = Math.min(head.size, frontier.size + entriesPerRead);
      const entries = await readEntries(db, head.organizationId, frontier.size, end);
      if (entries.length === 0) return `${between} are incomplete.`;
      frontier = appendLeaves(
        frontier,
        entries.map((entry) => leafHash(entry, sha256)),
        sha256,
      ).after;
    }
    const tree = {
      size: head.size,
      frontier: encodeFrontier(frontier),
      root: frontierRoot(frontier, sha256),
    };
    if (Buffer.compare(tree.root, head.root) !== 0) {
      return `${between} do not lead from the signed tree to the stored root: rows were changed.`;
    }
    return Buffer.compare(tree.frontier, head.frontier) === 0
      ? tree
      : `${between} do not lead from the signed tree to the stored frontier: the head was changed.`;
  } catch (error) {
    if (error instanceof LogError) return `${between} cannot be read: ${error.message}`;
    throw error;
  }
}
