/** `openNote`: verifies the signatures of a note and returns its text. */

import { cosignatureMessage, decodeCosignature } from './cosignature.ts';
import { LogError } from './log-error.ts';
import { parseNote, type NoteSignature } from './signed-note.ts';
import { encodeUtf8 } from './utf8.ts';
import { signatureTypes, type VerifierKey } from './verifier-key.ts';

/** The host's Ed25519 (RFC 8032): whether a 64-byte signature of the message verifies with a 32-byte public key. */
export type VerifyEd25519 = (
  message: Uint8Array,
  signature: Uint8Array,
  publicKey: Uint8Array,
) => boolean | Promise<boolean>;

/** A signature that verified. */
export interface VerifiedSignature {
  readonly key: VerifierKey;
  /** Whole POSIX seconds; only cosignatures carry a time. */
  readonly timeSeconds: number | undefined;
}

/** A note whose signatures are verified. */
export interface OpenedNote {
  readonly text: string;
  /** Verified signatures by known keys, in the note's order. A key may have signed more than once. */
  readonly signatures: readonly VerifiedSignature[];
}

const ed25519Bytes = 64;

/**
 * Verifies a note. Ignores signatures by unknown keys, including those of which only the name or only the key id matches.
 * @throws LogError `malformed`, `out_of_range`; `bad_signature` when the signature of a known key does not verify;
 *   `unsigned` when no known key signed
 */
export async function openNote(
  note: string,
  keys: readonly VerifierKey[],
  verify: VerifyEd25519,
): Promise<OpenedNote> {
  const { text, signatures } = parseNote(note);
  const verified: VerifiedSignature[] = [];
  for (const signature of signatures) {
    const key = keys.find(
      ({ name, keyId }) => name === signature.name && keyId === signature.keyId,
    );
    if (!key) continue;
    const timeSeconds = await verifySignature(text, signature, key, verify);
    verified.push({ key, timeSeconds });
  }
  if (verified.length === 0)
    throw new LogError('unsigned', 'The note is not signed by a known key.');
  return { text, signatures: verified };
}

/** @returns the time of a cosignature */
async function verifySignature(
  text: string,
  { signature }: NoteSignature,
  { name, type, publicKey }: VerifierKey,
  verify: VerifyEd25519,
): Promise<number | undefined> {
  const bad = new LogError('bad_signature', `The signature by ${name} does not verify.`);
  switch (type) {
    case signatureTypes.ed25519: {
      if (signature.length !== ed25519Bytes) throw bad;
      if (!(await verify(encodeUtf8(text), signature, publicKey))) throw bad;
      return undefined;
    }
    case signatureTypes.cosignature: {
      const cosignature = decodeCosignature(signature);
      const message = cosignatureMessage(cosignature.timeSeconds, text);
      if (!(await verify(message, cosignature.signature, publicKey))) throw bad;
      return cosignature.timeSeconds;
    }
  }
}
