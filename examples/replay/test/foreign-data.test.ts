/** Every record of every file that nobody here wrote. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseLine, readLines } from '../src/read-lines.ts';
import { surveyFile } from '../src/survey-file.ts';
import { emitted } from './support/emitted.ts';

const folder = join(process.env['AUDIT_FOREIGN_DATA'] ?? '', 'replay');
const isThere = process.env['AUDIT_FOREIGN_DATA'] !== undefined && existsSync(folder);

/** What the file becomes: how many events of each id, type, outcome and tenant. */
async function mapFile(file: string) {
  const { source, lines, tenants } = await surveyFile(join(folder, file));
  const ids = new Set<string>();
  const types = new Map<string, number>();
  const outcomes = new Map<string, number>();
  const actors = new Set<string>();
  for await (const line of readLines(join(folder, file))) {
    const event = emitted(source, parseLine(line));
    if (ids.has(event.id)) continue;
    ids.add(event.id);
    actors.add(event.actor.id);
    types.set(event.type, (types.get(event.type) ?? 0) + 1);
    outcomes.set(event.outcome, (outcomes.get(event.outcome) ?? 0) + 1);
  }
  return {
    title: source.title,
    lines,
    tenants,
    ids: ids.size,
    actors: actors.size,
    types,
    outcomes,
  };
}

describe.skipIf(!isThere)('AUDIT_FOREIGN_DATA: every record becomes an event of its type', () => {
  it('of CloudTrail', async () => {
    const { lines, tenants, ids, types, outcomes } = await mapFile('cloudtrail-sans504.jsonl.gz');
    expect([lines, ids]).toEqual([30_477, 23_981]);
    expect(tenants.map(({ name }) => name)).toEqual(['AWS 342082656213']);
    expect(Object.fromEntries(outcomes)).toEqual({ success: 13_930, failure: 36, denied: 10_015 });
    expect(types.get('aws.s3.putobject')).toBe(15_079);
    expect(types.has('aws.api_call')).toBe(false);
    expect(types.size).toBe(117);
  });

  it.each([
    ['2015-01-01-0.json.gz', 7_702],
    ['2015-01-01-1.json.gz', 7_427],
  ])('of GitHub: %s', async (file, count) => {
    const { lines, tenants, ids, types } = await mapFile(file);
    expect([lines, ids]).toEqual([count, count]);
    expect(tenants.length).toBeGreaterThan(3_000);
    expect(types.size).toBeGreaterThan(20);
  });

  it('of loan applications', async () => {
    const { lines, tenants, ids, actors, types } = await mapFile('bpic2012.events.jsonl.gz');
    expect([lines, ids, actors]).toEqual([262_200, 262_200, 69]);
    expect(tenants).toHaveLength(1);
    expect(types.get('loan.work_started')).toBe(71_376);
    expect(types.size).toBe(20);
  });
});
