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
  it('are numbered as in editors, without blank ones, and the last may lack a line break', async () => {
    expect(await linesOf(write('a', 'one\n\n  \r\ntwo\r\nthree'))).toEqual([
      [1, 'one'],
      [4, 'two\r'],
      [5, 'three'],
    ]);
    expect(await linesOf(write('b', ''))).toEqual([]);
  });

  it('are read whole from gzip, across chunks and from several members', async () => {
    const long = `{"text":"${'ž'.repeat(150_000)}"}`;
    const parts = Buffer.concat([gzipSync(`${long}\nsecond\n`), gzipSync('third\n')]);
    expect(await linesOf(write('c', parts))).toEqual([
      [1, long],
      [2, 'second'],
      [3, 'third'],
    ]);
  });

  it('are rejected one by one unless they are JSON objects in UTF-8', () => {
    const parse = (bytes: Buffer | string) => parseLine({ number: 1, bytes: Buffer.from(bytes) });
    expect(parse('{"a":1}\r')).toEqual({ a: 1 });
    for (const [bytes, message] of [
      ['{"a":', 'is not valid JSON'],
      ['[1]', 'is not a JSON object'],
      ['null', 'is not a JSON object'],
      [Buffer.from([0x22, 0xff, 0x22]), 'is not valid UTF-8'],
    ] as const) {
      expect(() => parse(bytes as string)).toThrow(new LineError(message));
    }
  });
});

describe('a survey', () => {
  it('counts tenants, and lines including invalid ones', async () => {
    const survey = await surveyFile(write('d', `${step(0)}\n{invalid\n{"case":1}\n${step(1)}\n`));
    expect(survey).toMatchObject({ lines: 4, tenants: [{ name: 'Loan Applications' }] });
  });

  const whole = gzipSync(log(5_000));
  const damaged = Buffer.from(whole);
  damaged.fill(0, 200, 400);
  it.each([
    ['a missing file', join(folder, 'none'), /none does not exist\. Pass a path/],
    ['a folder', folder, /is a folder\. Pass the files in it/],
    ['an empty file', write('e', '\n'), /e is empty/],
    ['an unknown log', write('f', '{"hello":"world"}\n'), /is not a supported log/],
    ['a file that is not a log', write('g', 'hello\nworld\n'), /is not a supported log/],
    ['a truncated file', write('h.gz', whole.subarray(0, -500)), /is truncated.*Download it again/],
    ['a damaged file', write('i.gz', damaged), /is damaged.*Download it again/],
    [
      'a log in one line',
      write('j', `[${log(20_000)}]`.replaceAll('\n', ',')),
      /Line 1 of .* exceeds/,
    ],
  ])('rejects %s with the next step', async (_, file, message) => {
    const survey = surveyFile(file);
    await expect(survey).rejects.toThrow(FileError);
    await expect(survey).rejects.toThrow(message);
  });
});
