import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { FileError, LineError } from '../src/errors.ts';
import { parseLine, readLines } from '../src/read-lines.ts';
import { surveyFile } from '../src/survey-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'audit-replay-'));
afterAll(() => rmSync(folder, { recursive: true }));

function write(name: string, content: string | Buffer): string {
  const file = join(folder, name);
  writeFileSync(file, content);
  return file;
}

async function linesOf(file: string): Promise<[number, string][]> {
  const lines: [number, string][] = [];
  for await (const { number, bytes } of readLines(file)) lines.push([number, bytes.toString()]);
  return lines;
}

const step = (i: number) =>
  JSON.stringify({
    case: '1',
    i,
    time: '2011-10-01T00:38:44.546+02:00',
    action: 'A_SUBMITTED',
    lifecycle: 'COMPLETE',
    actor: null,
  });
const log = (lines: number) => Array.from({ length: lines }, (_, i) => `${step(i)}\n`).join('');

describe('lines', () => {
  it('are numbered as editors do, blank ones left out, the last with or without its end', async () => {
    expect(await linesOf(write('a', 'one\n\n  \r\ntwo\r\nthree'))).toEqual([
      [1, 'one'],
      [4, 'two\r'],
      [5, 'three'],
    ]);
    expect(await linesOf(write('b', ''))).toEqual([]);
  });

  it('come whole out of gzip, whatever the chunks, and out of several parts of it', async () => {
    const long = `{"text":"${'ž'.repeat(150_000)}"}`;
    const parts = Buffer.concat([gzipSync(`${long}\nsecond\n`), gzipSync('third\n')]);
    expect(await linesOf(write('c', parts))).toEqual([
      [1, long],
      [2, 'second'],
      [3, 'third'],
    ]);
  });

  it('are refused one by one when they are no JSON object in UTF-8', () => {
    const parse = (bytes: Buffer | string) => parseLine({ number: 1, bytes: Buffer.from(bytes) });
    expect(parse('{"a":1}\r')).toEqual({ a: 1 });
    for (const [bytes, why] of [
      ['{"a":', 'is no JSON'],
      ['[1]', 'is no JSON object'],
      ['null', 'is no JSON object'],
      [Buffer.from([0x22, 0xff, 0x22]), 'is not UTF-8'],
    ] as const) {
      expect(() => parse(bytes as string)).toThrow(new LineError(why));
    }
  });
});

describe('a survey', () => {
  it('counts lines and tenants, those that are spoilt too', async () => {
    const survey = await surveyFile(write('d', `${step(0)}\n{spoilt\n{"case":1}\n${step(1)}\n`));
    expect(survey).toMatchObject({ lines: 4, tenants: [{ name: 'Loan Applications' }] });
  });

  const whole = gzipSync(log(5_000));
  const damaged = Buffer.from(whole);
  damaged.fill(0, 200, 400);
  it.each([
    ['a file that is not there', join(folder, 'none'), /none does not exist\. Name a file/],
    ['a folder', folder, /is a folder\. Name the files in it/],
    ['an empty file', write('e', '\n'), /e is empty/],
    [
      'a log that it does not know',
      write('f', '{"hello":"world"}\n'),
      /is no log that can be replayed/,
    ],
    ['what is no log at all', write('g', 'hello\nworld\n'), /is no log that can be replayed/],
    [
      'a file that is cut short',
      write('h.gz', whole.subarray(0, -500)),
      /is cut short.*Fetch it again/,
    ],
    ['a file that is damaged', write('i.gz', damaged), /is damaged.*Fetch it again/],
    [
      'everything in one line',
      write('j', `[${log(20_000)}]`.replaceAll('\n', ',')),
      /Line 1 of .* is longer/,
    ],
  ])('refuses %s and says what to do', async (_, file, message) => {
    const refusal = surveyFile(file);
    await expect(refusal).rejects.toThrow(FileError);
    await expect(refusal).rejects.toThrow(message);
  });
});
