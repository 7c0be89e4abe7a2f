import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { defineCatalogue, defineEvent } from '../src/index.ts';
import { compareContracts, explainBreaking } from './snapshot/compare-contracts.ts';
import {
  describeContract,
  serializeContract,
  type Contract,
} from './snapshot/describe-contract.ts';
import { publishedCatalogue, snapshotFile } from './snapshot/snapshot-file.ts';

describe('the published catalogue', () => {
  const committed = readFileSync(snapshotFile, 'utf8');
  const contract = describeContract(publishedCatalogue);

  it('has no breaking change', () => {
    const changes = compareContracts(JSON.parse(committed) as Contract, contract);
    expect(explainBreaking(changes)).toBeUndefined();
  });

  it('matches the snapshot (after an addition, run `npm run snapshot -w packages/audit-core`)', () => {
    expect(serializeContract(contract)).toBe(committed);
  });
});

const shape = {
  type: 'acme.made',
  version: 1,
  title: 'Made',
  description: 'Something was made.',
  category: 'acme',
  recordedBy: 'emitter',
  details: { name: z.string().max(10), kind: z.enum(['a', 'b']), size: z.int().min(0) },
  targets: ['thing'],
  publicDetails: ['kind'],
  subjects: [{ type: 'maker', id: 'name', details: ['name'] }],
  sentence: 'Made {details.name}',
  retentionDays: 500,
} as const;

/** The changes when these parts of the type are replaced. */
function changesBy(other: object, before: object = shape) {
  const contractOf = (spec: object) =>
    describeContract(
      defineCatalogue([defineEvent({ ...spec, example: exampleOf(spec) } as never)]),
    );
  return compareContracts(contractOf(before), contractOf({ ...before, ...other }));
}

/** An example that the type's schemas accept. */
function exampleOf(spec: object) {
  const { details, targets } = spec as Pick<typeof shape, 'details' | 'targets'>;
  const accepted = (schema: z.ZodType) =>
    ['x', 'a', 1].find((value) => schema.safeParse(value).success);
  return {
    details: Object.fromEntries(
      Object.entries(details).map(([name, schema]) => [name, accepted(schema)]),
    ),
    targets: targets.map((type) => ({ type, id: '1' })),
  };
}

const { details } = shape;

describe('a change to a published version', () => {
  it.each<[string, object]>([
    ['a detail removed', { details: { name: details.name, kind: details.kind } }],
    [
      'a detail renamed',
      { details: { name: details.name, kind: details.kind, amount: details.size } },
    ],
    ['a new detail required', { details: { ...details, more: z.string().max(10) } }],
    ['a shorter text', { details: { ...details, name: z.string().max(9) } }],
    ['a higher minimum', { details: { ...details, size: z.int().min(1) } }],
    ['a value removed', { details: { ...details, kind: z.enum(['a']) } }],
    ['another type', { details: { ...details, size: z.string().max(10) } }],
    ['another target', { targets: ['other'] }],
    ['one more target', { targets: ['thing', 'other'] }],
    ['a private detail made public', { publicDetails: ['kind', 'size'] }],
    ['a person removed', { subjects: [] }],
    ['shorter retention', { retentionDays: 499 }],
    ['another default outcome', { outcome: 'failure' }],
    ['a new version that replaces it', { version: 2 }],
  ])('that breaks it is rejected with the next step: %s', (_name, other) => {
    const explained = explainBreaking(changesBy(other));
    expect(explained).toContain('acme.made@1');
    expect(explained).toContain('add a new version instead: acme.made@2');
  });

  it.each<[string, object]>([
    ['an optional detail', { details: { ...details, more: z.string().max(10).optional() } }],
    ['a longer text', { details: { ...details, name: z.string().max(11) } }],
    ['a value added', { details: { ...details, kind: z.enum(['a', 'b', 'c']) } }],
    ['longer retention', { retentionDays: 501 }],
    ['a public detail made private', { publicDetails: [] }],
    ['the Portal as its recorder', { recordedBy: 'portal' }],
  ])('that only adds to it is reported and allowed: %s', (_name, other) => {
    const changes = changesBy(other);
    expect(changes).not.toEqual([]);
    expect(explainBreaking(changes)).toBeUndefined();
  });

  it('that lets keys emit a type of the Portal breaks it', () => {
    const changes = changesBy({ recordedBy: 'emitter' }, { ...shape, recordedBy: 'portal' });
    expect(explainBreaking(changes)).toContain('acme.made@1');
  });

  it('of wording only is ignored', () => {
    expect(changesBy({ title: 'Was Made', sentence: 'Made one', description: 'Other.' })).toEqual(
      [],
    );
  });
});
