/** The signer's two Ed25519 keys: the log's, and the witness's, whose signature includes the time. */

import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
  type KeyObject,
} from 'node:crypto';
import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { createFile } from '../create-file.ts';

export interface SigningKey {
  /** 32 bytes. */
  publicKey: Uint8Array;
  sign(message: Uint8Array): Uint8Array;
}

export interface SigningKeys {
  log: SigningKey;
  witness: SigningKey;
}

/**
 * Reads the key file: JSON with two PKCS#8 PEM keys. Creates a missing file, mode 0600, if `mayCreate`.
 *
 * @throws Error when the file is missing and not `mayCreate`, or when other users can read it
 */
export function loadSigningKeys(file: string, mayCreate: boolean): SigningKeys {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    if (!mayCreate) {
      throw new Error(
        `There is no signing key at ${file}. Create one: npm run signer:keygen -- ${file} <the signer's DATA_DIR>`,
        { cause: error },
      );
    }
    createKeyFile(file);
    text = readFileSync(file, 'utf8');
  }
  if (process.platform !== 'win32' && (statSync(file).mode & 0o077) !== 0) {
    throw new Error(`Other users can read the signing key ${file}. Run: chmod 600 ${file}`);
  }
  const pems = JSON.parse(text) as { log: string; witness: string };
  return { log: keyOf(createPrivateKey(pems.log)), witness: keyOf(createPrivateKey(pems.witness)) };
}

/** Creates a key file. Returns false when it exists already; it is never overwritten. */
export function createKeyFile(file: string): boolean {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  return createFile(file, `${JSON.stringify({ log: newPem(), witness: newPem() }, null, 2)}\n`);
}

function newPem(): string {
  return generateKeyPairSync('ed25519')
    .privateKey.export({ type: 'pkcs8', format: 'pem' })
    .toString();
}

function keyOf(privateKey: KeyObject): SigningKey {
  const { x } = createPublicKey(privateKey).export({ format: 'jwk' });
  return {
    publicKey: Buffer.from(x ?? '', 'base64url'),
    sign: (message) => sign(null, message, privateKey),
  };
}
