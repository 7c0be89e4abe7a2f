/** What a verifier trusts from outside the database: the log's public keys, and checkpoints that somebody kept. */

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
  /** The log's key, named for this trail: `<log origin>/<organisation id>`. */
  log: VerifierKey;
  /** The witness' key, which adds the time; without it times of signatures are taken from the database. */
  witness: VerifierKey | undefined;
}

export interface Trust {
  /** Each trail's origin is `<logOrigin>/<organisation id>`. */
  logOrigin: string;
  /** Public keys, 32 bytes. */
  log: Uint8Array;
  witness: Uint8Array | undefined;
}

/** Reads the lines that a log serves as `log.vkey`, of any of its trails, and, where it is there too, `witness.vkey`. */
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

/** The keys under the names that they sign this trail with. */
export function keysFor(organizationId: string, { logOrigin, log, witness }: Trust): TrustedKeys {
  const { ed25519, cosignature } = signatureTypes;
  const named = (name: string, type: typeof ed25519 | typeof cosignature, publicKey: Uint8Array) =>
    makeVerifierKey({ name: `${logOrigin}/${name}`, type, publicKey }, sha256);
  return {
    log: named(organizationId, ed25519, log),
    witness: witness && named('witness', cosignature, witness),
  };
}

/** Reads a note that the log signed, as it serves it as `checkpoint`. Throws when it did not sign it. */
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
