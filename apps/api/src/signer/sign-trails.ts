/**
 * One round of signing: re-hashes trails from the last signed tree and compares the result with the database's heads.
 * The trees are then saved to disk, and only then signed.
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
  /** The stored checkpoint with the largest size. */
  newestNote: { note: string; signedAtMs: number } | undefined;
}

export interface Round {
  /** Trails to sign, with the tree to sign. */
  sound: Map<string, SignedTree & { root: Uint8Array }>;
  /** Trails that must no longer be signed, with the reason. */
  alarms: { organizationId: string; reason: string; signedSize: number; headSize: number }[];
}

/** The maximum number of entries read at a time; bounds memory. */
const entriesPerRead = 10_000;

const nothingSigned: SignedTree = { size: 0, frontier: new Uint8Array() };

/** Reads a note's size and root; undefined when this log's key did not sign it. */
export type OpenOwnNote = (
  organizationId: string,
  note: string,
) => Promise<{ size: number; root: Uint8Array } | undefined>;

/**
 * Re-hashes each head's new entries on top of the last signed tree. Reads only; a bad trail does not affect the others.
 * Never signs two trees of one size: a valid note that is larger than the state's tree, or has the same size and another
 * root, shows that the state is out of date.
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

/** The head's tree, or the reason why the stored entries do not lead to it. */
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
