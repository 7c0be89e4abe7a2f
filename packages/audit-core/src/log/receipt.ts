/** Receipts (C2SP tlog-proof@v1): texts that prove offline that an entry is in a signed log. */

import { decodeBase64, encodeBase64 } from './base64.ts';
import { openCheckpoint, parseDecimal, type OpenedCheckpoint } from './checkpoint.ts';
import { hashBytes, requireHash, type Sha256 } from './hashing.ts';
import { verifyInclusion } from './inclusion-proof.ts';
import { LogError } from './log-error.ts';
import type { VerifyEd25519 } from './open-note.ts';
import { parseNote } from './signed-note.ts';
import { requirePosition } from './subtree.ts';
import type { VerifierKey } from './verifier-key.ts';

/** A parsed receipt. */
export interface Receipt {
  /** The entry's position. */
  readonly index: number;
  /** The inclusion proof, from the leaf's sibling up to the root's child. */
  readonly proof: readonly Uint8Array[];
  /** The checkpoint verbatim: text, blank line and signature lines. */
  readonly checkpoint: string;
  /** Opaque bytes, which are not authenticated. */
  readonly extra?: Uint8Array;
}

const firstLine = 'c2sp.org/tlog-proof@v1';
// A tree of fewer than 2^53 leaves has at most 53 levels.
const proofHashesMax = 53;

/**
 * Formats a receipt.
 * @throws LogError `malformed`, `out_of_range` when `parseReceipt` would reject the result
 */
export function formatReceipt({ index, proof, checkpoint, extra }: Receipt): string {
  requirePosition(index, 'index');
  parseNote(checkpoint);
  proof.forEach(requireHash);
  const lines = [
    firstLine,
    ...(extra === undefined ? [] : [`extra ${encodeBase64(extra)}`]),
    `index ${index}`,
    ...proof.map(encodeBase64),
  ];
  return `${lines.join('\n')}\n\n${checkpoint}`;
}

/**
 * Parses a receipt without verifying it; see `verifyReceipt`.
 * @throws LogError `malformed`, `out_of_range`
 */
export function parseReceipt(receipt: string): Receipt {
  const split = receipt.indexOf('\n\n');
  if (split < 0) throw new LogError('malformed', 'The receipt has no blank line.');
  const [first, ...lines] = receipt.slice(0, split).split('\n');
  if (first !== firstLine)
    throw new LogError('malformed', `The receipt does not start with ${firstLine}.`);
  const extra = lines[0]?.startsWith('extra ')
    ? decodeBase64(lines.shift()!.slice('extra '.length))
    : undefined;
  const index = lines.shift();
  if (!index?.startsWith('index '))
    throw new LogError('malformed', 'The receipt has no index line.');
  if (lines.length > proofHashesMax)
    throw new LogError('malformed', `The proof has more than ${proofHashesMax} hashes.`);
  const proof = lines.map(decodeBase64);
  if (proof.some((hash) => hash.length !== hashBytes)) {
    throw new LogError('malformed', `A hash of the receipt is not ${hashBytes} bytes.`);
  }
  const checkpoint = receipt.slice(split + 2);
  parseNote(checkpoint);
  const parsed = { index: parseDecimal(index.slice('index '.length), 'index'), proof, checkpoint };
  return extra === undefined ? parsed : { ...parsed, extra };
}

/**
 * Verifies that the entry with this leaf hash is at the receipt's index, under a root signed by the log.
 * @param leafHash computed from the caller's own copy of the entry, not from the receipt
 * @param witnesses further keys; their signatures are optional, but must verify
 * @throws LogError as `parseReceipt`, `openCheckpoint` and `verifyInclusion` do
 */
export async function verifyReceipt(
  receipt: string,
  leafHash: Uint8Array,
  logKey: VerifierKey,
  witnesses: readonly VerifierKey[],
  { sha256, verify }: { sha256: Sha256; verify: VerifyEd25519 },
): Promise<{ index: number; checkpoint: OpenedCheckpoint }> {
  const { index, proof, checkpoint: note } = parseReceipt(receipt);
  const checkpoint = await openCheckpoint(note, logKey, witnesses, verify);
  const { size, root } = checkpoint;
  verifyInclusion({ index, size, leafHash, proof, root }, sha256);
  return { index, checkpoint };
}
