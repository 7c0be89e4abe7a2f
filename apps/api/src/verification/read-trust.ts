/** Reads what a verifier trusts from outside the database: the log's public keys, and checkpoints that were kept. */

import { readFileSync } from 'node:fs';
import {
  makeVerifierKey,
  openCheckpoint,
  parseCheckpoint,
  parseNote,
  parseVerifierKey,
  signatureTypes,
  type KnownRoot,
  type VerifierKey,
} from '@liblab/audit-core/log';
import { sha256 } from '../trail/store/sha256.ts';
import { verifyEd25519 } from '../trail/store/verify-ed25519.ts';

export interface TrustedKeys {
  /** The log's key under this trail's name, `<log origin>/<organisation id>`. */
  log: VerifierKey;
  /** The witness's key, whose signatures include the time; without it the signing times in the database are trusted. */
  witness: VerifierKey | undefined;
}

export interface Trust {
  /** Each trail's origin is `<logOrigin>/<organisation id>`. */
  logOrigin: string;
  /** Public keys, 32 bytes. */
  log: Uint8Array;
  witness: Uint8Array | undefined;
}

/**
 * Reads a file with the line that the log serves as `log.vkey`, of any of its trails, and optionally that of
 * `witness.vkey`.
 *
 * @throws Error without a log key; LogError for a malformed line
 */
export function readTrust(file: string): Trust {
  const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean);
  const keys = lines.map((line) => parseVerifierKey(line, sha256));
  const log = keys.find(({ type }) => type === signatureTypes.ed25519);
  const witness = keys.find(({ type }) => type === signatureTypes.cosignature);
  if (!log)
    throw new Error(
      `${file} contains no log key. Save the line that the log serves as log.vkey there.`,
    );
  const logOrigin = log.name.slice(0, log.name.lastIndexOf('/'));
  return { logOrigin, log: log.publicKey, witness: witness?.publicKey };
}

/** The trusted keys under the names with which they sign this trail. */
export function keysFor(organizationId: string, { logOrigin, log, witness }: Trust): TrustedKeys {
  const { ed25519, cosignature } = signatureTypes;
  const named = (name: string, type: typeof ed25519 | typeof cosignature, publicKey: Uint8Array) =>
    makeVerifierKey({ name: `${logOrigin}/${name}`, type, publicKey }, sha256);
  return {
    log: named(organizationId, ed25519, log),
    witness: witness && named('witness', cosignature, witness),
  };
}

/**
 * Reads a kept checkpoint: a note as the log serves it at `checkpoint`.
 *
 * @throws LogError when the log did not sign it
 */
export async function readKeptCheckpoint(
  file: string,
  trust: Trust,
): Promise<{ organizationId: string; root: KnownRoot }> {
  const note = readFileSync(file, 'utf8');
  const { origin } = parseCheckpoint(parseNote(note).text);
  const organizationId = origin.slice(origin.lastIndexOf('/') + 1);
  const { log } = keysFor(organizationId, trust);
  const { size, root } = await openCheckpoint(note, log, [], verifyEd25519);
  return { organizationId, root: { size, root } };
}
