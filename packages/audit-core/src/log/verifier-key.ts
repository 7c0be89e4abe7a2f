/** Verifier keys of signed notes (C2SP signed-note): who may be believed, as one line of text. */

import { decodeBase64, encodeBase64 } from './base64.ts';
import type { Sha256 } from './hashing.ts';
import { LogError } from './log-error.ts';
import { encodeUtf8 } from './utf8.ts';

/** The signature types this log knows: plain Ed25519, and the timestamped cosignature/v1. */
export const signatureTypes = { ed25519: 0x01, cosignature: 0x04 } as const;

export type SignatureType = (typeof signatureTypes)[keyof typeof signatureTypes];

/** A public key under a name. Name and key id together identify it in a note. */
export interface VerifierKey {
  /** Not empty; no Unicode spaces, no plus sign. For a log it is the checkpoint's origin. */
  readonly name: string;
  /** The unsigned 32-bit number that signature lines begin with. */
  readonly keyId: number;
  readonly type: SignatureType;
  /** 32 bytes, Ed25519 as in RFC 8032. */
  readonly publicKey: Uint8Array;
}

const publicKeyBytes = 32;
const knownTypes = new Set<number>(Object.values(signatureTypes));

/**
 * A verifier key with its key id computed.
 * @throws LogError `malformed` on a name or key outside the bounds of `VerifierKey`
 */
export function makeVerifierKey(
  { name, type, publicKey }: Omit<VerifierKey, 'keyId'>,
  sha256: Sha256,
): VerifierKey {
  requireKeyName(name);
  if (publicKey.length !== publicKeyBytes) {
    throw new LogError('malformed', `An Ed25519 public key is ${publicKeyBytes} bytes.`);
  }
  return { name, keyId: keyIdOf(name, type, publicKey, sha256), type, publicKey };
}

/** The line `name+hex8(key id)+base64(type ‖ public key)`. */
export function formatVerifierKey({ name, keyId, type, publicKey }: VerifierKey): string {
  const hex = keyId.toString(16).padStart(8, '0');
  return `${name}+${hex}+${encodeBase64(new Uint8Array([type, ...publicKey]))}`;
}

/**
 * Reads a verifier key line without its newline.
 * @throws LogError `malformed`, also for types other than 0x01 and 0x04; `mismatch` when the key id is not the key's
 */
export function parseVerifierKey(text: string, sha256: Sha256): VerifierKey {
  const [, name, hex, base64] = /^([^+]*)\+([0-9a-f]{8})\+(.*)$/.exec(text) ?? [];
  if (name === undefined || hex === undefined || base64 === undefined) {
    throw new LogError('malformed', 'A verifier key is name+hex8(key id)+base64(type and key).');
  }
  const material = decodeBase64(base64);
  const type = material[0];
  if (!isKnownType(type)) {
    throw new LogError('malformed', 'The verifier key is of a type unknown here.');
  }
  const key = makeVerifierKey({ name, type, publicKey: material.slice(1) }, sha256);
  if (key.keyId !== Number.parseInt(hex, 16)) {
    throw new LogError('mismatch', 'The key id is not that of the verifier key.');
  }
  return key;
}

/** @throws LogError `malformed` on an empty name, or one with Unicode spaces, control characters or a plus sign */
export function requireKeyName(name: string): void {
  // oxlint-disable-next-line no-control-regex -- control characters are what it refuses
  if (name === '' || /[\p{White_Space}+\u0000-\u001f]/u.test(name) || !name.isWellFormed()) {
    throw new LogError('malformed', 'A key name is not empty and has no spaces and no plus sign.');
  }
}

/** The first 4 bytes of SHA-256(name ‖ 0x0A ‖ type ‖ public key), big-endian. */
function keyIdOf(name: string, type: number, publicKey: Uint8Array, sha256: Sha256): number {
  const line = encodeUtf8(`${name}\n`);
  const input = new Uint8Array(line.length + 1 + publicKey.length);
  input.set(line);
  input[line.length] = type;
  input.set(publicKey, line.length + 1);
  const hash = sha256(input);
  return new DataView(hash.buffer, hash.byteOffset, hash.length).getUint32(0);
}

function isKnownType(type: number | undefined): type is SignatureType {
  return type !== undefined && knownTypes.has(type);
}
