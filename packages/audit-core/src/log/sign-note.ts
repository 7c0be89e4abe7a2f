/** Signs notes with an injected Ed25519. */

import { cosignatureMessage, encodeCosignature } from './cosignature.ts';
import { formatNote, type NoteSignature } from './signed-note.ts';
import { encodeUtf8 } from './utf8.ts';
import type { VerifierKey } from './verifier-key.ts';

/** The host's Ed25519 (RFC 8032), which keeps the private key; returns 64 bytes. */
export type SignEd25519 = (message: Uint8Array) => Uint8Array | Promise<Uint8Array>;

/** Creates one signature of a note's text. */
export type NoteSigner = (text: string) => Promise<NoteSignature>;

/** Signs the text directly, as the log does: signature type 0x01. `key` must be of that type. */
export function ed25519Signer({ name, keyId }: VerifierKey, sign: SignEd25519): NoteSigner {
  return async (text) => ({ name, keyId, signature: await sign(encodeUtf8(text)) });
}

/** Signs that the checkpoint was the newest at the given time: signature type 0x04. `key` must be of that type. */
export function cosigner(
  { name, keyId }: VerifierKey,
  timeSeconds: number,
  sign: SignEd25519,
): NoteSigner {
  return async (text) => {
    const signature = await sign(cosignatureMessage(timeSeconds, text));
    return { name, keyId, signature: encodeCosignature({ timeSeconds, signature }) };
  };
}

/**
 * Signs the text with each signer, in order.
 * @throws LogError `malformed` when the text is not valid in a note
 */
export async function signNote(text: string, signers: readonly NoteSigner[]): Promise<string> {
  return formatNote({ text, signatures: await Promise.all(signers.map((sign) => sign(text))) });
}
