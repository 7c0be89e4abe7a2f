/** Signed notes (C2SP signed-note): text, a blank line, and one line per signature. */

import { decodeBase64, encodeBase64 } from './base64.ts';
import { LogError } from './log-error.ts';
import { requireKeyName } from './verifier-key.ts';

/** One signature line. */
export interface NoteSignature {
  readonly name: string;
  /** Unsigned 32-bit number. */
  readonly keyId: number;
  /** The signature without the leading key id. At least one byte. */
  readonly signature: Uint8Array;
}

/** A parsed note, not verified. */
export interface SignedNote {
  /** The signed text; ends in a newline. */
  readonly text: string;
  /** All signature lines, verified or not. At least one. */
  readonly signatures: readonly NoteSignature[];
}

/** The same limit as in Go's `note` package. */
export const noteCharactersMax = 1_000_000;

/** C2SP requires support for at least 16. */
export const noteSignaturesMax = 100;

/**
 * Formats a note.
 * @throws LogError `malformed`, `out_of_range` when `parseNote` would reject the result
 */
export function formatNote({ text, signatures }: SignedNote): string {
  requireText(text);
  if (signatures.length === 0) throw new LogError('malformed', 'The note has no signatures.');
  if (signatures.length > noteSignaturesMax) throw tooManySignatures();
  const note = `${text}\n${signatures.map(formatSignature).join('')}`;
  if (note.length > noteCharactersMax) throw tooLong();
  return note;
}

/**
 * Parses a note without verifying it. Use the text only after `openNote`.
 * @throws LogError `malformed`; `out_of_range` beyond `noteCharactersMax` or `noteSignaturesMax`
 */
export function parseNote(note: string): SignedNote {
  if (note.length > noteCharactersMax) throw tooLong();
  const split = note.lastIndexOf('\n\n');
  if (split < 0 || !note.endsWith('\n')) {
    throw new LogError(
      'malformed',
      'The note has no blank line before its signatures, or does not end in a newline.',
    );
  }
  const text = note.slice(0, split + 1);
  requireText(text);
  const lines = note
    .slice(split + 2)
    .split('\n')
    .slice(0, -1);
  if (lines.length === 0) throw new LogError('malformed', 'The note has no signature lines.');
  if (lines.length > noteSignaturesMax) throw tooManySignatures();
  return { text, signatures: lines.map(parseSignature) };
}

function formatSignature({ name, keyId, signature }: NoteSignature): string {
  requireKeyName(name);
  const bytes = new Uint8Array(4 + signature.length);
  new DataView(bytes.buffer).setUint32(0, keyId);
  bytes.set(signature, 4);
  return `\u2014 ${name} ${encodeBase64(bytes)}\n`;
}

function parseSignature(line: string): NoteSignature {
  const parts = line.split(' ');
  const [dash, name, base64] = parts;
  if (parts.length !== 3 || dash !== '\u2014' || name === undefined || base64 === undefined) {
    throw new LogError('malformed', 'A signature line is not an em dash, a name and base64.');
  }
  requireKeyName(name);
  const bytes = decodeBase64(base64);
  if (bytes.length < 5) throw new LogError('malformed', 'A signature is too short for a key id.');
  return { name, keyId: new DataView(bytes.buffer).getUint32(0), signature: bytes.subarray(4) };
}

function requireText(text: string): void {
  if (!text.endsWith('\n'))
    throw new LogError('malformed', 'The text of the note does not end in a newline.');
  // oxlint-disable-next-line no-control-regex -- control characters are what it refuses
  if (/[\u0000-\u0009\u000b-\u001f]/.test(text) || !text.isWellFormed()) {
    throw new LogError(
      'malformed',
      'The text of the note contains control characters other than newlines.',
    );
  }
}

function tooLong(): LogError {
  return new LogError('out_of_range', `The note exceeds ${noteCharactersMax} characters.`);
}

function tooManySignatures(): LogError {
  return new LogError('out_of_range', `The note has more than ${noteSignaturesMax} signatures.`);
}
