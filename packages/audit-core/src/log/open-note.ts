/** Opening notes: a note's text, once a known key is found to have signed it. */

import { cosignatureMessage, decodeCosignature } from './cosignature.ts';
import { LogError } from './log-error.ts';
import { parseNote, type NoteSignature } from './signed-note.ts';
import { encodeUtf8 } from './utf8.ts';
import { signatureTypes, type VerifierKey } from './verifier-key.ts';

/** Ed25519 (RFC 8032): whether the 64-byte signature over the message is by the 32-byte public key. */
export type VerifyEd25519 = (
  message: Uint8Array,
  signature: Uint8Array,
  publicKey: Uint8Array,
) => boolean | Promise<boolean>;

export interface VerifiedSignature {
  readonly key: VerifierKey;
  /** Whole POSIX seconds; only cosignatures carry a time. */
  readonly timeSeconds: number | undefined;
}

export interface OpenedNote {
  readonly text: string;
  /** Signatures by known keys, all verified, in the note's order. One key may have signed more than once. */
  readonly signatures: readonly VerifiedSignature[];
}

const ed25519Bytes = 64;

/**
 * The note's text and who signed it. Signatures by other keys are ignored, even when a name or a key id alone is known.
 * @throws LogError `malformed`, `out_of_range`; `bad_signature` when one by a known key fails; `unsigned` when no known
 *   key signed
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
  if (verified.length === 0) throw new LogError('unsigned', 'No known key has signed the note.');
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
