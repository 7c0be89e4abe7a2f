/** Checkpoints (C2SP tlog-checkpoint): the signed size and root of a log. */

import { decodeBase64, encodeBase64 } from './base64.ts';
import { hashBytes, requireHash } from './hashing.ts';
import { LogError } from './log-error.ts';
import { openNote, type VerifiedSignature, type VerifyEd25519 } from './open-note.ts';
import { requirePosition } from './subtree.ts';
import { signatureTypes, type VerifierKey } from './verifier-key.ts';

/** The size and root of a log. */
export interface Checkpoint {
  /** The log's name, equal to the name of its key. */
  readonly origin: string;
  /** Number of leaves, 0 to 2^53-1. */
  readonly size: number;
  /** 32 bytes. */
  readonly root: Uint8Array;
}

/** A checkpoint whose signatures are verified. */
export interface OpenedCheckpoint extends Checkpoint {
  /** Includes the log's signature. The time of a cosignature says when the checkpoint was the newest. */
  readonly signatures: readonly VerifiedSignature[];
}

/**
 * Formats the three-line note text of a checkpoint.
 * @throws LogError `malformed`, `out_of_range`
 */
export function formatCheckpoint({ origin, size, root }: Checkpoint): string {
  if (origin === '' || origin.includes('\n')) {
    throw new LogError('malformed', "The checkpoint's origin must be one line, not empty.");
  }
  requirePosition(size, 'size');
  requireHash(root);
  return `${origin}\n${size}\n${encodeBase64(root)}\n`;
}

/**
 * Parses the note text of a checkpoint. Accepts extension lines that are not empty, and drops them.
 * @throws LogError `malformed`, also for sizes beyond 2^53-1
 */
export function parseCheckpoint(text: string): Checkpoint {
  if (!text.endsWith('\n'))
    throw new LogError('malformed', 'The checkpoint does not end in a newline.');
  const lines = text.slice(0, -1).split('\n');
  const [origin, size, root] = lines;
  if (origin === undefined || size === undefined || root === undefined || lines.includes('')) {
    throw new LogError('malformed', 'The checkpoint has fewer than three lines, or an empty line.');
  }
  const hash = decodeBase64(root);
  if (hash.length !== hashBytes)
    throw new LogError('malformed', "The checkpoint's root is not 32 bytes.");
  return { origin, size: parseDecimal(size, 'size'), root: hash };
}

/**
 * Verifies a checkpoint's signatures and parses it.
 * @param witnesses further keys; their signatures are optional, but must verify
 * @throws LogError as `openNote` and `parseCheckpoint` do; `unsigned` without the log's signature; `mismatch` when the
 *   origin is not the log's name
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
    throw new LogError('unsigned', 'The checkpoint is not signed by the log.');
  }
  const checkpoint = parseCheckpoint(text);
  if (checkpoint.origin !== logKey.name) {
    throw new LogError('mismatch', "The origin of the checkpoint is not the log's name.");
  }
  return { ...checkpoint, signatures };
}

/**
 * Parses a decimal from 0 to 2^53-1 without leading zeroes; `name` appears in the error.
 * @throws LogError `malformed`
 */
export function parseDecimal(text: string, name: string): number {
  const value = Number(text);
  if (!/^(0|[1-9]\d{0,15})$/.test(text) || !Number.isSafeInteger(value)) {
    throw new LogError('malformed', `The ${name} is not a decimal from 0 to 2^53-1.`);
  }
  return value;
}
