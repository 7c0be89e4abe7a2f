/** Signing notes with injected Ed25519. */

import { cosignatureMessage, encodeCosignature } from './cosignature.ts';
import { formatNote, type NoteSignature } from './signed-note.ts';
import { encodeUtf8 } from './utf8.ts';
import type { VerifierKey } from './verifier-key.ts';

/** Ed25519 (RFC 8032) with a private key that never enters this module; answers 64 bytes. */
export type SignEd25519 = (message: Uint8Array) => Uint8Array | Promise<Uint8Array>;

/** Makes one signature line's content for a note's text. */
export type NoteSigner = (text: string) => Promise<NoteSignature>;

/** Signs the text itself: signature type 0x01, the log's own. `key` must be of that type. */
export function ed25519Signer({ name, keyId }: VerifierKey, sign: SignEd25519): NoteSigner {
  return async (text) => ({ name, keyId, signature: await sign(encodeUtf8(text)) });
}

/** Signs that the checkpoint was the newest at a time: signature type 0x04. `key` must be of that type. */
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
 * The text with one signature line for each signer, in their order.
 * @throws LogError `malformed` when the text cannot be a note's
 */
export async function signNote(text: string, signers: readonly NoteSigner[]): Promise<string> {
  return formatNote({ text, signatures: await Promise.all(signers.map((sign) => sign(text))) });
}
