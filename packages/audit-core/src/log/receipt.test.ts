/// <reference types="node" />
import { generateKeyPairSync, hash, sign, verify as verifySignature } from 'node:crypto';
import { describe, expect, it, vi } from 'vitest';
import { formatCheckpoint, openCheckpoint, parseCheckpoint } from './checkpoint.ts';
import { cosignatureMessage, decodeCosignature, encodeCosignature } from './cosignature.ts';
import { appendLeaves, emptyFrontier } from './frontier.ts';
import { readHashesFromTiles } from './hash-reader.ts';
import { leafHash, type Sha256 } from './hashing.ts';
import { proveInclusion } from './inclusion-proof.ts';
import type { VerifyEd25519 } from './open-note.ts';
import { formatReceipt, parseReceipt, verifyReceipt } from './receipt.ts';
import { ed25519Signer, signNote } from './sign-note.ts';
import { decodeUtf8 } from './utf8.ts';
import { makeVerifierKey, signatureTypes } from './verifier-key.ts';

// Many hashes, on a machine that may be busy.
vi.setConfig({ testTimeout: 30_000 });

const sha256: Sha256 = (bytes) => hash('sha256', bytes, 'buffer');
const failure = (code: string) => expect.objectContaining({ name: 'LogError', code });

const { publicKey, privateKey } = generateKeyPairSync('ed25519');
const raw = Buffer.from(publicKey.export({ format: 'jwk' }).x!, 'base64url');
const verify: VerifyEd25519 = (message, signature) =>
  verifySignature(null, message, publicKey, signature);
const key = makeVerifierKey(
  { name: 'log.example/one', type: signatureTypes.ed25519, publicKey: raw },
  sha256,
);
const signer = ed25519Signer(key, (message) => sign(null, message, privateKey));

const leaves = Array.from({ length: 7 }, (_, seq) => leafHash(Buffer.from(`${seq}`), sha256));
const { root } = appendLeaves(emptyFrontier, leaves, sha256);
const readHashes = readHashesFromTiles(7, async () => [Buffer.concat(leaves)], sha256);
const text = formatCheckpoint({ origin: key.name, size: 7, root });

async function makeReceipt(index: number, extra?: Uint8Array): Promise<string> {
  const { proof } = await proveInclusion({ index, size: 7, root }, readHashes, sha256);
  const checkpoint = await signNote(text, [signer]);
  return formatReceipt({ index, proof, checkpoint, ...(extra && { extra }) });
}

describe('a checkpoint', () => {
  it('has three lines and round-trips', () => {
    expect(text).toBe(`log.example/one\n7\n${Buffer.from(root).toString('base64')}\n`);
    const read = parseCheckpoint(text);
    expect({ ...read, root: [...read.root] }).toEqual({
      origin: key.name,
      size: 7,
      root: [...root],
    });
    expect(parseCheckpoint(`${text}an extension\n`).size).toBe(7);
  });

  const hash64 = Buffer.alloc(32).toString('base64');
  it.each([
    ['without its last newline', `a\n7\n${hash64}`],
    ['of two lines', 'a\n7\n'],
    ['with an empty origin', `\n7\n${hash64}\n`],
    ['with an empty extension line', `a\n7\n${hash64}\n\nb\n`],
    ['with a leading zero', `a\n07\n${hash64}\n`],
    ['with a sign', `a\n+7\n${hash64}\n`],
    ['with an exponent', `a\n1e3\n${hash64}\n`],
    ['with a size beyond 2^53-1', `a\n9007199254740992\n${hash64}\n`],
    ['with a root of 31 bytes', `a\n7\n${Buffer.alloc(31).toString('base64')}\n`],
    ['with a carriage return', `a\n7\r\n${hash64}\n`],
  ])('%s is rejected', (_, bad) => {
    expect(() => parseCheckpoint(`a\n7\n${hash64}\n`)).not.toThrow();
    expect(() => parseCheckpoint(bad)).toThrow(failure('malformed'));
  });

  it("opens only under the log's own name", async () => {
    const note = await signNote(text, [signer]);
    expect((await openCheckpoint(note, key, [], verify)).size).toBe(7);
    const foreign = formatCheckpoint({ origin: 'log.example/two', size: 7, root });
    await expect(
      openCheckpoint(await signNote(foreign, [signer]), key, [], verify),
    ).rejects.toThrow(failure('mismatch'));
  });

  it('is unsigned when only a witness has signed it', async () => {
    const witness = { ...key, name: 'witness.example' };
    const note = await signNote(text, [
      ed25519Signer(witness, (message) => sign(null, message, privateKey)),
    ]);
    await expect(openCheckpoint(note, key, [witness], verify)).rejects.toThrow(failure('unsigned'));
  });
});

describe('a cosignature', () => {
  it('covers two header lines and the whole text', () => {
    expect(decodeUtf8(cosignatureMessage(1679315147, text))).toBe(
      `cosignature/v1\ntime 1679315147\n${text}`,
    );
  });

  it('is eight bytes of time and the signature', () => {
    const bytes = encodeCosignature({ timeSeconds: 258, signature: new Uint8Array(64).fill(9) });
    expect([...bytes.subarray(0, 9)]).toEqual([0, 0, 0, 0, 0, 0, 1, 2, 9]);
    expect(decodeCosignature(bytes).timeSeconds).toBe(258);
    expect(() => decodeCosignature(bytes.subarray(1))).toThrow(failure('malformed'));
    expect(() => decodeCosignature(new Uint8Array(72).fill(255))).toThrow(failure('out_of_range'));
    for (const timeSeconds of [-1, 0.5, Number.NaN, 2 ** 53]) {
      expect(() => cosignatureMessage(timeSeconds, text)).toThrow(failure('out_of_range'));
    }
  });
});

describe('a receipt', () => {
  it('verifies for each position with only the entry and the key', async () => {
    for (let index = 0; index < 7; index += 1) {
      const receipt = await makeReceipt(index);
      const verified = await verifyReceipt(receipt, leaves[index]!, key, [], { sha256, verify });
      expect(verified).toMatchObject({ index, checkpoint: { size: 7 } });
    }
  });

  it('follows the specification, with and without the extra line', async () => {
    const receipt = await makeReceipt(2, Buffer.from('more'));
    const lines = receipt.split('\n');
    expect(lines.slice(0, 3)).toEqual(['c2sp.org/tlog-proof@v1', 'extra bW9yZQ==', 'index 2']);
    expect(lines.slice(6, 9)).toEqual(['', 'log.example/one', '7']);
    const parsed = parseReceipt(receipt);
    expect(Buffer.from(parsed.extra!).toString()).toBe('more');
    expect(formatReceipt(parsed)).toBe(receipt);
    expect((await makeReceipt(2)).split('\n')[1]).toBe('index 2');
  });

  it('has an empty proof for the only entry of a log', async () => {
    const leaf = leaves[0]!;
    const checkpoint = await signNote(formatCheckpoint({ origin: key.name, size: 1, root: leaf }), [
      signer,
    ]);
    const receipt = formatReceipt({ index: 0, proof: [], checkpoint });
    expect(receipt.startsWith('c2sp.org/tlog-proof@v1\nindex 0\n\nlog.example/one\n')).toBe(true);
    await expect(verifyReceipt(receipt, leaf, key, [], { sha256, verify })).resolves.toBeDefined();
  });

  it('fails for another entry, at another position, and with any character changed', async () => {
    const receipt = await makeReceipt(2);
    const check = (changed: string, leaf = leaves[2]!) =>
      verifyReceipt(changed, leaf, key, [], { sha256, verify });
    await expect(check(receipt, leaves[3])).rejects.toThrow(failure('mismatch'));
    await expect(check(receipt.replace('index 2', 'index 3'))).rejects.toThrow(failure('mismatch'));
    for (let at = 0; at < receipt.length; at += 1) {
      const changed =
        receipt.slice(0, at) + (receipt[at] === '0' ? '1' : '0') + receipt.slice(at + 1);
      await expect(check(changed), `${at}`).rejects.toThrow(
        expect.objectContaining({ name: 'LogError' }),
      );
    }
  });

  it('is rejected when it does not follow the format', async () => {
    const receipt = await makeReceipt(2);
    const bad: Record<string, string> = {
      'another version': receipt.replace('@v1', '@v2'),
      'no index': receipt.replace('index 2\n', ''),
      'a leading zero': receipt.replace('index 2', 'index 02'),
      'extra behind the index': receipt.replace('index 2\n', 'index 2\nextra AAAA\n'),
      'two extras': receipt.replace('index 2', 'extra AAAA\nextra AAAA\nindex 2'),
      'a hash of 31 bytes': receipt.replace(
        'index 2\n',
        `index 2\n${Buffer.alloc(31).toString('base64')}\n`,
      ),
      'no blank line': receipt.replace('\n\n', '\n'),
      'carriage returns': receipt.replaceAll('\n', '\r\n'),
      'a proof without end': receipt.replace(
        '\n\n',
        `\n${`${Buffer.alloc(32).toString('base64')}\n`.repeat(60)}\n`,
      ),
    };
    for (const [what, text_] of Object.entries(bad)) {
      expect(() => parseReceipt(text_), what).toThrow(failure('malformed'));
    }
  });
});
