/** Reads a file line by line, as much at a time as a line is long; gzip is recognised by its first bytes. */

import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { FileError, LineError } from './errors.ts';

export interface Line {
  /** From 1, as editors count. */
  number: number;
  bytes: Buffer;
}

const lineBytesMax = 1024 * 1024;
const newline = 0x0a;

/** Blank lines are left out. Throws FileError that says what is wrong with the file and what to do. */
export async function* readLines(file: string): AsyncGenerator<Line> {
  let number = 0;
  let held: Buffer = Buffer.alloc(0);
  try {
    for await (const chunk of (await openFile(file)) as AsyncIterable<Buffer>) {
      let from = 0;
      for (let end; (end = chunk.indexOf(newline, from)) >= 0; from = end + 1) {
        number += 1;
        const bytes = Buffer.concat([held, chunk.subarray(from, end)]);
        held = Buffer.alloc(0);
        if (!isBlank(bytes)) yield { number, bytes };
      }
      held = Buffer.concat([held, chunk.subarray(from)]);
      if (held.length > lineBytesMax) {
        throw new FileError(
          `Line ${number + 1} of ${file} is longer than ${lineBytesMax} bytes. A log has one JSON object a line: split it, as with jq -c '.[]'.`,
        );
      }
    }
    if (!isBlank(held)) yield { number: number + 1, bytes: held };
  } catch (err) {
    throw explain(err, file);
  }
}

/** The line's JSON object. Throws LineError. */
export function parseLine({ bytes }: Line): object {
  const value = parse(bytes);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw new LineError('is no JSON object');
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(utf8.decode(bytes));
  } catch (err) {
    throw new LineError(err instanceof SyntaxError ? 'is no JSON' : 'is not UTF-8', { cause: err });
  }
}

async function openFile(file: string): Promise<Readable> {
  const isCompressed = await isGzip(file);
  const content = createReadStream(file);
  // What goes wrong in either stream ends both, and whoever reads the lines is told.
  return isCompressed ? pipeline(content, createGunzip(), () => {}) : content;
}

async function isGzip(file: string): Promise<boolean> {
  await using handle = await open(file);
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(2), 0, 2, 0);
  return bytesRead === 2 && buffer.readUInt16BE() === 0x1f8b;
}

function isBlank(bytes: Buffer): boolean {
  return bytes.length === 0 || bytes.toString('latin1').trim() === '';
}

function explain(err: unknown, file: string): unknown {
  const { code = '' } = err as NodeJS.ErrnoException;
  const problem = problems[code];
  return problem ? new FileError(`${file} ${problem}`, { cause: err }) : err;
}

const problems: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist. Name a file, from the folder of package.json or with its whole path.',
  EISDIR: 'is a folder. Name the files in it.',
  EACCES: 'may not be read by this user. Change its mode, or copy it.',
  Z_BUF_ERROR: 'is cut short: the compressed data ends too early. Fetch it again.',
  Z_DATA_ERROR: 'is damaged: it cannot be decompressed. Fetch it again.',
};
