/** Converts every record of real log files. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseLine, readLines } from '../src/read-lines.ts';
import type { Source } from '../src/source.ts';
import { cloudTrail } from '../src/sources/cloudtrail.ts';
import { githubArchive } from '../src/sources/github-archive.ts';
import { loanLog } from '../src/sources/loan-log.ts';
import { emitted } from './support/emitted.ts';

const folder = join(process.env['AUDIT_FOREIGN_DATA'] ?? '', 'replay');
const isThere = process.env['AUDIT_FOREIGN_DATA'] !== undefined && existsSync(folder);

/** Converts the file, and counts events by type and outcome, actors and tenants. */
async function mapFile(source: Source, file: string) {
  const ids = new Set<string>();
  const actors = new Set<string>();
  const tenants = new Set<string>();
  const types = new Map<string, number>();
  const outcomes = new Map<string, number>();
  let lines = 0;
  for await (const line of readLines(join(folder, file))) {
    lines += 1;
    const record = parseLine(line);
    if (!source.recognizes(record)) throw new Error(`Line ${line.number} is not recognised.`);
    const event = emitted(source, record);
    if (ids.has(event.id)) continue;
    ids.add(event.id);
    actors.add(event.actor.id);
    tenants.add(event.organizationId ?? '');
    types.set(event.type, (types.get(event.type) ?? 0) + 1);
    outcomes.set(event.outcome, (outcomes.get(event.outcome) ?? 0) + 1);
  }
  const sizes = { lines, ids: ids.size, actors: actors.size, tenants: tenants.size };
  return { ...sizes, types, outcomes };
}

describe.skipIf(!isThere)('AUDIT_FOREIGN_DATA: every record becomes a valid event', () => {
  it('of CloudTrail', async () => {
    const mapped = await mapFile(cloudTrail, 'cloudtrail-sans504.jsonl.gz');
    expect(mapped).toMatchObject({ lines: 30_477, ids: 23_981, tenants: 1 });
    const { types, outcomes } = mapped;
    expect(Object.fromEntries(outcomes)).toEqual({ success: 13_930, failure: 36, denied: 10_015 });
    expect(types.get('aws.s3.putobject')).toBe(15_079);
    expect(types.has('aws.api_call')).toBe(false);
    expect(types.size).toBe(117);
  });

  it('of CloudTrail: fixtures of several accounts', async () => {
    const mapped = await mapFile(cloudTrail, '../fixtures/cloudtrail_events.jsonl');
    expect(mapped).toMatchObject({ lines: 23, ids: 21 });
  });

  it.each([
    ['2015-01-01-0.json.gz', 7_702, 3_655],
    ['2015-01-01-1.json.gz', 7_427, 3_429],
  ])('of GitHub: %s', async (file, lines, tenants) => {
    const mapped = await mapFile(githubArchive, file);
    expect(mapped).toMatchObject({ lines, ids: lines, tenants });
    expect(mapped.types.size).toBeGreaterThan(20);
  });

  it('of loan applications', async () => {
    const mapped = await mapFile(loanLog, 'bpic2012.events.jsonl.gz');
    expect(mapped).toMatchObject({ lines: 262_200, ids: 262_200, actors: 69, tenants: 1 });
    expect(mapped.types.get('loan.work_started')).toBe(71_376);
    expect(mapped.types.size).toBe(20);
  });
});
