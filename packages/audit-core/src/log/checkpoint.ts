/** Checkpoints (C2SP tlog-checkpoint): a log's size and root, signed. */

import { decodeBase64, encodeBase64 } from './base64.ts';
import { hashBytes, requireHash } from './hashing.ts';
import { LogError } from './log-error.ts';
import { openNote, type VerifiedSignature, type VerifyEd25519 } from './open-note.ts';
import { requirePosition } from './subtree.ts';
import { signatureTypes, type VerifierKey } from './verifier-key.ts';

export interface Checkpoint {
  /** Who speaks: the log's name, equal to its key's name. */
  readonly origin: string;
  /** Number of leaves, 0 to 2^53-1. */
  readonly size: number;
  /** 32 bytes. */
  readonly root: Uint8Array;
}

export interface OpenedCheckpoint extends Checkpoint {
  /** Verified signatures, the log's among them; the times of cosignatures say when it was the newest. */
  readonly signatures: readonly VerifiedSignature[];
}

/**
 * The note text of a checkpoint: three lines.
 * @throws LogError `malformed`, `out_of_range`
 */
export function formatCheckpoint({ origin, size, root }: Checkpoint): string {
  if (origin === '' || origin.includes('\n')) {
    throw new LogError('malformed', 'The origin of a checkpoint is one line that is not empty.');
  }
  requirePosition(size, 'size');
  requireHash(root);
  return `${origin}\n${size}\n${encodeBase64(root)}\n`;
}

/**
 * Reads the note text of a checkpoint. Extension lines are accepted when none is empty, and left out.
 * @throws LogError `malformed`, also for sizes beyond 2^53-1
 */
export function parseCheckpoint(text: string): Checkpoint {
  if (!text.endsWith('\n')) throw new LogError('malformed', 'A checkpoint ends in a newline.');
  const lines = text.slice(0, -1).split('\n');
  const [origin, size, root] = lines;
  if (origin === undefined || size === undefined || root === undefined || lines.includes('')) {
    throw new LogError('malformed', 'A checkpoint is three lines or more, none of them empty.');
  }
  const hash = decodeBase64(root);
  if (hash.length !== hashBytes) throw new LogError('malformed', 'The root is not 32 bytes.');
  return { origin, size: parseDecimal(size, 'size'), root: hash };
}

/**
 * A checkpoint that the log's key has signed, under the log's name.
 * @param witnesses further keys whose signatures, where there are any, must verify
 * @throws LogError as `openNote` and `parseCheckpoint` do; `unsigned` when the log itself has not signed; `mismatch`
 *   when the origin is another log's
 */
export async function openCheckpoint(
  note: string,
  logKey: VerifierKey,
  witnesses: readonly VerifierKey[],
  verify: VerifyEd25519,
): Promise<OpenedCheckpoint> {
  const { text, signatures } = await openNote(note, [logKey, ...witnesses], verify);
  const byLog = signatures.some(({ key }) => key === logKey);
  if (!byLog || logKey.type !== signatureTypes.ed25519) {
    throw new LogError('unsigned', 'The log itself has not signed the checkpoint.');
  }
  const checkpoint = parseCheckpoint(text);
  if (checkpoint.origin !== logKey.name) {
    throw new LogError('mismatch', "The origin of the checkpoint is not the log's name.");
  }
  return { ...checkpoint, signatures };
}

/** @throws LogError `malformed` unless it is a decimal from 0 to 2^53-1 with no leading zeroes */
export function parseDecimal(text: string, name: string): number {
  const value = Number(text);
  if (!/^(0|[1-9]\d{0,15})$/.test(text) || !Number.isSafeInteger(value)) {
    throw new LogError('malformed', `The ${name} is not a decimal from 0 to 2^53-1.`);
  }
  return value;
}
