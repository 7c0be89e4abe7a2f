/// <reference types="node" />
import { generateKeyPairSync, hash, sign, verify as verifySignature } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Sha256 } from './hashing.ts';
import { openNote, type VerifyEd25519 } from './open-note.ts';
import { cosigner, ed25519Signer, signNote } from './sign-note.ts';
import { formatNote, parseNote } from './signed-note.ts';
import {
  formatVerifierKey,
  makeVerifierKey,
  parseVerifierKey,
  signatureTypes,
  type SignatureType,
} from './verifier-key.ts';

const sha256: Sha256 = (bytes) => hash('sha256', bytes, 'buffer');

function makeKey(name: string, type: SignatureType = signatureTypes.ed25519) {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const raw = Buffer.from(publicKey.export({ format: 'jwk' }).x!, 'base64url');
  const verify: VerifyEd25519 = (message, signature, bytes) =>
    raw.equals(bytes) && verifySignature(null, message, publicKey, signature);
  return {
    key: makeVerifierKey({ name, type, publicKey: raw }, sha256),
    sign: (message: Uint8Array) => sign(null, message, privateKey),
    verify,
  };
}

const log = makeKey('log.example/one');
const witness = makeKey('witness.example', signatureTypes.cosignature);
const stranger = makeKey('stranger.example');
const verify: VerifyEd25519 = async (...args) =>
  (await log.verify(...args)) || (await witness.verify(...args));

const text = 'first line\n\nthird line\n';
const signed = () =>
  signNote(text, [
    ed25519Signer(log.key, log.sign),
    ed25519Signer(stranger.key, stranger.sign),
    cosigner(witness.key, 1_700_000_000, witness.sign),
  ]);
const failure = (code: string) => expect.objectContaining({ name: 'LogError', code });

describe('a signed note', () => {
  it('opens to its text, including blank lines, and the known keys that signed it', async () => {
    const opened = await openNote(await signed(), [log.key, witness.key], verify);
    expect(opened).toEqual({
      text,
      signatures: [
        { key: log.key, timeSeconds: undefined },
        { key: witness.key, timeSeconds: 1_700_000_000 },
      ],
    });
  });

  it('round-trips byte for byte', async () => {
    const note = await signed();
    expect(formatNote(parseNote(note))).toBe(note);
  });

  it('is unsigned when none of its keys is known', async () => {
    const other = makeKey(log.key.name).key;
    await expect(openNote(await signed(), [], verify)).rejects.toThrow(failure('unsigned'));
    // The same name under another key id is another key; so is the same key id under another name.
    await expect(openNote(await signed(), [other], verify)).rejects.toThrow(failure('unsigned'));
    const renamed = { ...log.key, name: 'log.example/two' };
    await expect(openNote(await signed(), [renamed], verify)).rejects.toThrow(failure('unsigned'));
  });

  it('is rejected for one bad signature by a known key, even beside a good one', async () => {
    const { signatures } = parseNote(await signed());
    for (const which of [0, 2]) {
      const forged = signatures.map((signature, at) => {
        const bytes = Uint8Array.from(signature.signature);
        if (at === which) bytes[bytes.length - 1]! ^= 1;
        return { ...signature, signature: bytes };
      });
      await expect(
        openNote(formatNote({ text, signatures: forged }), [log.key, witness.key], verify),
      ).rejects.toThrow(failure('bad_signature'));
    }
  });

  it('is rejected after any change of its text', async () => {
    const note = await signed();
    await fc.assert(
      fc.asyncProperty(fc.nat(text.length - 2), async (at) => {
        const changed = note.slice(0, at) + (note[at] === 'x' ? 'y' : 'x') + note.slice(at + 1);
        await expect(openNote(changed, [log.key], verify)).rejects.toThrow(
          expect.objectContaining({ name: 'LogError' }),
        );
      }),
      { numRuns: 30 },
    );
  });

  it('does not accept a signature of one type as another', async () => {
    const { signatures } = parseNote(await signNote(text, [ed25519Signer(log.key, log.sign)]));
    const asCosignature = { ...log.key, type: signatureTypes.cosignature };
    await expect(
      openNote(formatNote({ text, signatures }), [asCosignature], verify),
    ).rejects.toThrow(expect.objectContaining({ name: 'LogError' }));
  });

  it('rejects a signature of another length, even if the verifier accepts it', async () => {
    const { name, keyId } = log.key;
    for (const length of [63, 65]) {
      const note = formatNote({
        text,
        signatures: [{ name, keyId, signature: new Uint8Array(length) }],
      });
      await expect(openNote(note, [log.key], () => true)).rejects.toThrow(failure('bad_signature'));
    }
  });

  const line = '\u2014 name AAAAAAA=\n';
  it.each([
    ['without a blank line', `text\n${line}`],
    ['without signatures', 'text\n\n'],
    ['without its last newline', `text\n\n${line}`.slice(0, -1)],
    ['with its last signature cut', `text\n\n${line}${line}`.slice(0, -1)],
    ['with a hyphen for the dash', `text\n\n- name AAAAAAA=\n`],
    ['with two spaces', 'text\n\n\u2014  name AAAAAAA=\n'],
    ['with something behind the signature', 'text\n\n\u2014 name AAAAAAA= \n'],
    ['with no name', 'text\n\n\u2014  AAAAAAA=\n'],
    ['with a plus sign in the name', 'text\n\n\u2014 na+me AAAAAAA=\n'],
    ['with a Unicode space in the name', 'text\n\n\u2014 na\u00a0me AAAAAAA=\n'],
    ['with a signature of four bytes', 'text\n\n\u2014 name AAAAAA==\n'],
    ['with loose base64', 'text\n\n\u2014 name AAAAAAB=\n'],
    ['with a carriage return', `text\r\n\n${line}`],
    ['with a tab', `te\txt\n\n${line}`],
    ['with U+0000', `te\0xt\n\n${line}`],
    ['with a lone surrogate', `te\ud800xt\n\n${line}`],
    ['with text among the signatures', `text\n\n${line}more\n`],
  ])('%s is rejected', (_, note) => {
    expect(() => parseNote(`text\n\n${line}`)).not.toThrow();
    expect(() => parseNote(note)).toThrow(failure('malformed'));
  });

  it('may have 16 to 100 signatures, and at most a million characters', () => {
    expect(parseNote(`text\n\n${line.repeat(100)}`).signatures).toHaveLength(100);
    expect(() => parseNote(`text\n\n${line.repeat(101)}`)).toThrow(failure('out_of_range'));
    expect(() => parseNote(`${'x'.repeat(1_000_000)}\n\n${line}`)).toThrow(failure('out_of_range'));
  });

  it('is not created from parts that parsing would reject', async () => {
    await expect(signNote('no newline', [ed25519Signer(log.key, log.sign)])).rejects.toThrow(
      failure('malformed'),
    );
    const signers = Array.from({ length: 101 }, () => ed25519Signer(log.key, log.sign));
    await expect(signNote(text, signers)).rejects.toThrow(failure('out_of_range'));
    await expect(
      signNote(`${'x'.repeat(1_000_000)}\n`, [ed25519Signer(log.key, log.sign)]),
    ).rejects.toThrow(failure('out_of_range'));
    await expect(signNote(text, [])).rejects.toThrow(failure('malformed'));
  });
});

describe('a verifier key', () => {
  it('round-trips for both types, with different key ids', () => {
    const publicKey = log.key.publicKey;
    const ids = Object.values(signatureTypes).map((type) => {
      const key = makeVerifierKey({ name: 'log.example', type, publicKey }, sha256);
      const read = parseVerifierKey(formatVerifierKey(key), sha256);
      expect({ ...read, publicKey: [...read.publicKey] }).toEqual({
        ...key,
        publicKey: [...key.publicKey],
      });
      return key.keyId;
    });
    expect(new Set(ids).size).toBe(2);
  });

  it('is rejected when its key id does not match', () => {
    const good = formatVerifierKey(log.key);
    const digit = good.indexOf('+') + 1;
    const bad = good.slice(0, digit) + (good[digit] === '0' ? '1' : '0') + good.slice(digit + 1);
    expect(() => parseVerifierKey(bad, sha256)).toThrow(failure('mismatch'));
  });

  it.each([
    ['of one part', 'name'],
    ['without a name', '+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k'],
    [
      'with an upper-case key id',
      'example.com/foo+530D903A+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k',
    ],
    ['of another type', 'example.com/foo+530d903a+AukyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k'],
    ['with a short key', 'example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv'],
    ['with a newline', 'example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k\n'],
  ])('%s is rejected', (_, line) => {
    expect(() => parseVerifierKey(line, sha256)).toThrow(failure('malformed'));
  });
});
