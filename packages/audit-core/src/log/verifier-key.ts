/** Verifier keys of signed notes (C2SP signed-note), and their one-line format. */

import { decodeBase64, encodeBase64 } from './base64.ts';
import type { Sha256 } from './hashing.ts';
import { LogError } from './log-error.ts';
import { encodeUtf8 } from './utf8.ts';

/** The signature types this log knows: plain Ed25519, and the timestamped cosignature/v1. */
export const signatureTypes = { ed25519: 0x01, cosignature: 0x04 } as const;

/** One of the known signature types. */
export type SignatureType = (typeof signatureTypes)[keyof typeof signatureTypes];

/** A named public key. Name and key id together identify it in a note. */
export interface VerifierKey {
  /** Not empty; no Unicode spaces, no plus sign. For a log, it is the checkpoint's origin. */
  readonly name: string;
  /** The unsigned 32-bit number at the start of a signature. */
  readonly keyId: number;
  readonly type: SignatureType;
  /** 32 bytes, Ed25519 as in RFC 8032. */
  readonly publicKey: Uint8Array;
}

const publicKeyBytes = 32;
const knownTypes = new Set<number>(Object.values(signatureTypes));

/**
 * Creates a verifier key and computes its key id.
 * @throws LogError `malformed` on a name or key outside the bounds of `VerifierKey`
 */
export function makeVerifierKey(
  { name, type, publicKey }: Omit<VerifierKey, 'keyId'>,
  sha256: Sha256,
): VerifierKey {
  requireKeyName(name);
  if (publicKey.length !== publicKeyBytes) {
    throw new LogError(
      'malformed',
      `An Ed25519 public key must be ${publicKeyBytes} bytes, not ${publicKey.length}.`,
    );
  }
  return { name, keyId: keyIdOf(name, type, publicKey, sha256), type, publicKey };
}

/** Formats the line `name+hex8(key id)+base64(type ‖ public key)`. */
export function formatVerifierKey({ name, keyId, type, publicKey }: VerifierKey): string {
  const hex = keyId.toString(16).padStart(8, '0');
  return `${name}+${hex}+${encodeBase64(new Uint8Array([type, ...publicKey]))}`;
}

/**
 * Parses a verifier key line, without its newline.
 * @throws LogError `malformed`, also on types other than 0x01 and 0x04; `mismatch` when the key id does not match the key
 */
export function parseVerifierKey(text: string, sha256: Sha256): VerifierKey {
  const [, name, hex, base64] = /^([^+]*)\+([0-9a-f]{8})\+(.*)$/.exec(text) ?? [];
  if (name === undefined || hex === undefined || base64 === undefined) {
    throw new LogError(
      'malformed',
      'A verifier key must have the form name+hex8(key id)+base64(type and key).',
    );
  }
  const material = decodeBase64(base64);
  const type = material[0];
  if (!isKnownType(type)) {
    throw new LogError('malformed', 'The verifier key has an unknown signature type.');
  }
  const key = makeVerifierKey({ name, type, publicKey: material.slice(1) }, sha256);
  if (key.keyId !== Number.parseInt(hex, 16)) {
    throw new LogError('mismatch', 'The key id does not match the verifier key.');
  }
  return key;
}

/**
 * Checks the name of a key.
 * @throws LogError `malformed` on an empty name, or one with Unicode spaces, control characters or a plus sign
 */
export function requireKeyName(name: string): void {
  // oxlint-disable-next-line no-control-regex -- it rejects control characters
  if (name === '' || /[\p{White_Space}+\u0000-\u001f]/u.test(name) || !name.isWellFormed()) {
    throw new LogError(
      'malformed',
      'A key name must not be empty or contain spaces, control characters or a plus sign.',
    );
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
