/** Streams a file line by line; decompresses gzip, which it recognises by its first bytes. */

import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { FileError, LineError } from './errors.ts';

/** One line of a file, without its line break. */
export interface Line {
  /** Counted from 1, as in editors. */
  number: number;
  bytes: Buffer;
}

const lineBytesMax = 1024 * 1024;
const newline = 0x0a;

/**
 * Yields the lines that are not blank.
 * @throws FileError when the file cannot be read or a line exceeds 1 MiB
 */
export async function* readLines(file: string): AsyncGenerator<Line> {
  let number = 0;
  let partial: Buffer = Buffer.alloc(0);
  try {
    for await (const chunk of (await openFile(file)) as AsyncIterable<Buffer>) {
      let from = 0;
      for (let end; (end = chunk.indexOf(newline, from)) >= 0; from = end + 1) {
        number += 1;
        const bytes = Buffer.concat([partial, chunk.subarray(from, end)]);
        partial = Buffer.alloc(0);
        if (!isBlank(bytes)) yield { number, bytes };
      }
      partial = Buffer.concat([partial, chunk.subarray(from)]);
      if (partial.length > lineBytesMax) {
        throw new FileError(
          `Line ${number + 1} of ${file} exceeds ${lineBytesMax} bytes. A log must contain one JSON object per line; split the file, for example with jq -c '.[]'.`,
        );
      }
    }
    if (!isBlank(partial)) yield { number: number + 1, bytes: partial };
  } catch (err) {
    throw explain(err, file);
  }
}

/**
 * Parses the line's JSON object.
 * @throws LineError
 */
export function parseLine({ bytes }: Line): object {
  const value = parse(bytes);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw new LineError('is not a JSON object');
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(utf8.decode(bytes));
  } catch (err) {
    const problem = err instanceof SyntaxError ? 'is not valid JSON' : 'is not valid UTF-8';
    throw new LineError(problem, { cause: err });
  }
}

async function openFile(file: string): Promise<Readable> {
  const isCompressed = await isGzip(file);
  const content = createReadStream(file);
  // An error in either stream ends both and is thrown to the reader.
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
  ENOENT:
    'does not exist. Pass a path relative to the folder of package.json, or an absolute path.',
  EISDIR: 'is a folder. Pass the files in it.',
  EACCES: 'is not readable by this user. Change its permissions, or copy it.',
  Z_BUF_ERROR: 'is truncated: the compressed data ends too early. Download it again.',
  Z_DATA_ERROR: 'is damaged and cannot be decompressed. Download it again.',
};
