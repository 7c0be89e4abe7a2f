/** Reads a trail's newest signed checkpoint, and the log's public keys. */

import { AppError } from '@liblab/audit-core';
import {
  formatVerifierKey,
  makeVerifierKey,
  parseCheckpoint,
  parseNote,
  signatureTypes,
} from '@liblab/audit-core/log';
import type { Pool } from 'pg';
import { sha256 } from '../store/sha256.ts';

export interface StoredCheckpoint {
  size: number;
  root: Uint8Array;
  signedAt: Date;
  /** The signed note. */
  note: string;
}

/** The newest checkpoint; undefined until the trail is first signed. */
export async function readCheckpoint(
  pool: Pool,
  organizationId: string,
): Promise<StoredCheckpoint | undefined> {
  const { rows } = await pool.query<{ size: number; signed_at: Date; note: string }>({
    name: 'read-checkpoint',
    text: `select size, signed_at, note from log_checkpoints
           where organization_id = $1 order by size desc, signed_at desc limit 1`,
    values: [organizationId],
  });
  const row = rows[0];
  if (!row) return undefined;
  const { root } = parseCheckpoint(parseNote(row.note).text);
  return { size: row.size, root, signedAt: row.signed_at, note: row.note };
}

/**
 * A verifier key line under the given name, of the log's key or of the witness's key.
 *
 * @throws AppError `not_found` before a signer has run for the first time
 */
export async function readVerifierKey(
  pool: Pool,
  purpose: 'log' | 'witness',
  name: string,
): Promise<string> {
  const { rows } = await pool.query<{ public_key: Buffer }>(
    'select public_key from log_keys where purpose = $1',
    [purpose],
  );
  const publicKey = rows[0]?.public_key;
  if (!publicKey) throw new AppError('not_found', 'The log has no key yet: no signer has run.');
  const type = purpose === 'log' ? signatureTypes.ed25519 : signatureTypes.cosignature;
  return formatVerifierKey(makeVerifierKey({ name, type, publicKey }, sha256));
}
