/// <reference types="node" />
/** Answers that others have published. They stay outside the repository, in the folder named by AUDIT_FOREIGN_DATA. */

import { createPublicKey, hash, verify as verifySignature } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import canonicalize from 'canonicalize';
import { describe, expect, it } from 'vitest';
import {
  appendLeaves,
  decodeBundle,
  digestDisclosure,
  emptyFrontier,
  encodeBundle,
  formatCheckpoint,
  formatNote,
  formatTilePath,
  formatVerifierKey,
  leafHash,
  makeDisclosure,
  openCheckpoint,
  openNote,
  parseCheckpoint,
  parseDisclosure,
  parseNote,
  parseVerifierKey,
  proveConsistency,
  proveInclusion,
  readHashesFromTiles,
  tileRoot,
  verifyConsistency,
  verifyInclusion,
  type Sha256,
  type VerifyEd25519,
} from './index.ts';

const folder = process.env.AUDIT_FOREIGN_DATA;
const vectors = folder === undefined ? undefined : join(folder, 'vectors');
const missing =
  vectors === undefined
    ? ' (skipped: AUDIT_FOREIGN_DATA is not set)'
    : ` (skipped: ${vectors} is not there)`;
const skip = vectors === undefined || !existsSync(vectors);
// Reporters leave out the names of what they skip.
if (skip) console.warn(`Published vectors${missing}`);
const title = (name: string) => (skip ? name + missing : name);

const sha256: Sha256 = (bytes) => hash('sha256', bytes, 'buffer');
const verify: VerifyEd25519 = (message, signature, publicKey) => {
  const x = Buffer.from(publicKey).toString('base64url');
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  return verifySignature(null, message, key, signature);
};

const read = (...path: string[]) => readFileSync(join(vectors!, ...path));
const text = (...path: string[]) => read(...path).toString('utf8');
const base64 = (value: string | null) => Buffer.from(value ?? '', 'base64');
const jsonFiles = (...path: string[]) =>
  skip
    ? []
    : readdirSync(join(vectors, ...path), { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.json'))
        .toSorted();

interface InclusionVector {
  leafIdx: number;
  treeSize: number;
  root: string | null;
  leafHash: string | null;
  proof: string[] | null;
  desc: string;
  wantErr: boolean;
}

interface ConsistencyVector {
  size1: number;
  size2: number;
  root1: string | null;
  root2: string | null;
  proof: string[] | null;
  desc: string;
  wantErr: boolean;
}

function expectOutcome(wantErr: boolean, check: () => void): void {
  if (wantErr) expect(check).toThrow(expect.objectContaining({ name: 'LogError' }));
  else expect(check).not.toThrow();
}

describe.skipIf(skip)(title('published inclusion proofs (transparency-dev/merkle)'), () => {
  it.each(jsonFiles('merkle', 'inclusion'))('%s', (name) => {
    const vector = JSON.parse(text('merkle', 'inclusion', name)) as Partial<InclusionVector>;
    const inclusion = {
      index: vector.leafIdx ?? 0,
      size: vector.treeSize ?? 0,
      leafHash: base64(vector.leafHash ?? null),
      proof: (vector.proof ?? []).map(base64),
      root: base64(vector.root ?? null),
    };
    expectOutcome(vector.wantErr!, () => verifyInclusion(inclusion, sha256));
  });

  it('are 98', () => expect(jsonFiles('merkle', 'inclusion')).toHaveLength(98));
});

describe.skipIf(skip)(title('published consistency proofs (transparency-dev/merkle)'), () => {
  it.each(jsonFiles('merkle', 'consistency'))('%s', (name) => {
    const vector = JSON.parse(text('merkle', 'consistency', name)) as Partial<ConsistencyVector>;
    const consistency = {
      oldSize: vector.size1 ?? 0,
      oldRoot: base64(vector.root1 ?? null),
      newSize: vector.size2 ?? 0,
      newRoot: base64(vector.root2 ?? null),
      proof: (vector.proof ?? []).map(base64),
    };
    expectOutcome(vector.wantErr!, () => verifyConsistency(consistency, sha256));
  });

  it('are 98', () => expect(jsonFiles('merkle', 'consistency')).toHaveLength(98));
});

describe.skipIf(skip)(title('the signed notes printed in the C2SP texts'), () => {
  const examples = skip
    ? undefined
    : (JSON.parse(text('note', 'c2sp-examples.json')) as {
        signed_note: { vkey: string; note: string };
        checkpoint_example: string;
        cosigned_checkpoint_example: string;
      });

  it('open with the printed key, and only unchanged', async () => {
    const { vkey, note } = examples!.signed_note;
    const key = parseVerifierKey(vkey, sha256);
    expect(formatVerifierKey(key)).toBe(vkey);
    const opened = await openNote(note, [key], verify);
    expect(opened.text).toBe('This is an example message.\n');
    await expect(openNote(note.replace('example m', 'Example m'), [key], verify)).rejects.toThrow(
      expect.objectContaining({ code: 'bad_signature' }),
    );
  });

  it.each(['checkpoint_example', 'cosigned_checkpoint_example'] as const)(
    '%s reads as a checkpoint and is written back to the byte',
    (name) => {
      const note = parseNote(examples![name]);
      const checkpoint = parseCheckpoint(note.text);
      expect(checkpoint).toMatchObject({ origin: 'example.com/behind-the-sofa', size: 20852163 });
      expect(formatNote({ ...note, text: formatCheckpoint(checkpoint) })).toBe(examples![name]);
    },
  );
});

describe.skipIf(skip)(title('a real log of 15 entries (transparency-dev/tessera)'), () => {
  const log = (...path: string[]) => read('tessera-log', ...path);
  const key = () => parseVerifierKey(log('log.vkey').toString('utf8').trim(), sha256);
  const open = (size: number) =>
    openCheckpoint(log(`checkpoint.${size}`).toString('utf8'), key(), [], verify);
  const readHashes = (size: number) =>
    readHashesFromTiles(
      size,
      async (tiles) => tiles.map((tile) => log(...formatTilePath(tile).split('/'))),
      sha256,
    );
  const sizes = Array.from({ length: 16 }, (_, size) => size);

  it.each(sizes)(
    'checkpoint %i is signed, and its root follows from the entry bundle and the tile',
    async (size) => {
      const checkpoint = await open(size);
      expect(checkpoint.size).toBe(size);
      let leaves: Uint8Array[] = [];
      if (size > 0) {
        const path = formatTilePath({ level: 'entries', index: 0, width: size });
        const bundle = log(...path.split('/'));
        const entries = decodeBundle(bundle, size);
        expect(Buffer.from(encodeBundle(entries)).equals(bundle)).toBe(true);
        leaves = entries.map((entry) => leafHash(entry, sha256));
        const tile = log(...formatTilePath({ level: 0, index: 0, width: size }).split('/'));
        expect(Buffer.concat(leaves).equals(tile)).toBe(true);
      }
      const { root } = appendLeaves(emptyFrontier, leaves, sha256);
      expect(Buffer.from(root).equals(checkpoint.root)).toBe(true);
    },
  );

  it.each(sizes.slice(1))(
    'checkpoint %i has an inclusion proof for each of its entries',
    async (size) => {
      const { root } = await open(size);
      for (let index = 0; index < size; index += 1) {
        await expect(
          proveInclusion({ index, size, root }, readHashes(size), sha256),
        ).resolves.toBeDefined();
      }
    },
  );

  it.each(sizes.slice(1))(
    'checkpoint %i is consistent with each one before it',
    async (newSize) => {
      const { root: newRoot } = await open(newSize);
      for (let oldSize = 1; oldSize <= newSize; oldSize += 1) {
        const { root: oldRoot } = await open(oldSize);
        const sizesAndRoots = { oldSize, oldRoot, newSize, newRoot };
        await expect(
          proveConsistency(sizesAndRoots, readHashes(newSize), sha256),
        ).resolves.toBeDefined();
      }
    },
  );
});

describe.skipIf(skip)(title('cosigned checkpoints of size 300 (FiloSottile/sunlight)'), () => {
  const witness = join('sunlight-mirror', 'cmd', 'skylight', 'testdata', 'witness');
  const origin = '000de184301123b9278c086a7d9f68c9577e83872224c197058fd90784ea9706';
  const vkeyIn = (file: string) => {
    const { verifier_keys: keys } = JSON.parse(text(witness, file)) as { verifier_keys: string[] };
    return parseVerifierKey(keys[0]!, sha256);
  };

  it.each([
    ['the witness', 'witness.v0.json', join(origin, 'checkpoint')],
    ['the mirror', join('mirror', 'mirror.v0.json'), join('mirror', origin, 'checkpoint')],
  ])('%s has cosigned its checkpoint, and only at the time it says', async (_, vkeyFile, file) => {
    const key = vkeyIn(vkeyFile);
    const note = text(witness, file);
    const opened = await openNote(note, [key], verify);
    expect(opened.signatures).toEqual([{ key, timeSeconds: 1767139200 }]);
    const parsed = parseNote(note);
    const later = parsed.signatures.map((signature) => {
      const bytes = Uint8Array.from(signature.signature);
      bytes[7]! ^= 1;
      return { ...signature, signature: bytes };
    });
    await expect(
      openNote(formatNote({ ...parsed, signatures: later }), [key], verify),
    ).rejects.toThrow(expect.objectContaining({ code: 'bad_signature' }));
  });

  it("the mirror's tiles, full and partial on two levels, lead to its root", async () => {
    const { size, root } = parseCheckpoint(
      parseNote(text(witness, 'mirror', origin, 'checkpoint')).text,
    );
    const tile = (path: string) => read(witness, 'mirror', origin, ...path.split('/'));
    const full = tile(formatTilePath({ level: 0, index: 0, width: 256 }));
    const above = tile(formatTilePath({ level: 1, index: 0, width: 1 }));
    expect(above.equals(tileRoot(full, sha256))).toBe(true);
    const readHashes = readHashesFromTiles(
      size,
      async (tiles) => tiles.map((id) => tile(formatTilePath(id))),
      sha256,
    );
    for (const index of [0, 255, 256, 299]) {
      await expect(
        proveInclusion({ index, size, root }, readHashes, sha256),
      ).resolves.toBeDefined();
    }
  });
});

describe.skipIf(skip)(title('canonical JSON of the canonicalize package (RFC 8785)'), () => {
  it.each(['arrays', 'french', 'structures', 'unicode', 'values', 'weird'])('%s', (name) => {
    const input = JSON.parse(text('jcs', 'testdata', 'input', `${name}.json`)) as unknown;
    expect(canonicalize(input)).toBe(text('jcs', 'testdata', 'output', `${name}.json`).trim());
  });

  const numbers = skip
    ? []
    : text('jcs', 'es6-numbers.csv')
        .trim()
        .split('\n')
        .map((line) => line.split(','));
  it.each(numbers)('the double %s is %s', (bits, expected) => {
    const double = Buffer.from(bits.padStart(16, '0'), 'hex').readDoubleBE();
    if (expected === 'REJECT') expect(() => canonicalize(double)).toThrow();
    else expect(canonicalize(double)).toBe(expected);
  });

  it('are 10 doubles', () => expect(numbers).toHaveLength(10));
});

describe.skipIf(skip)(title('disclosures of RFC 9901 (SD-JWT)'), () => {
  const cases = skip
    ? []
    : (
        JSON.parse(text('sd-jwt', 'digest-vectors.json')) as {
          vectors: { disclosure: string; contents: string; sha256_base64url: string }[];
        }
      ).vectors;

  it.each(cases)('$contents', ({ disclosure, contents, sha256_base64url: digest }) => {
    expect(digestDisclosure(disclosure, sha256)).toBe(digest);
    const parts = JSON.parse(contents) as unknown[];
    if (parts.length === 2) {
      // An element of an array; entries commit to named disclosures alone.
      expect(() => parseDisclosure(disclosure)).toThrow(/salt, name and value/);
      return;
    }
    const parsed = parseDisclosure(disclosure);
    expect([parsed.salt, parsed.name, parsed.value]).toEqual(parts);
    if (contents === JSON.stringify(parts)) expect(makeDisclosure(parsed)).toBe(disclosure);
  });

  it('are 7', () => expect(cases).toHaveLength(7));
});
