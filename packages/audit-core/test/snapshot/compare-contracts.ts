/** `compareContracts`: finds changes of the catalogue that affect users of its published versions. */

import { additive, breaking, compareSchemas, type Change } from './compare-schemas.ts';
import type { Contract, EventContract } from './describe-contract.ts';

/** All differences, in the snapshot's order. Changes of wording are ignored. */
export function compareContracts(before: Contract, after: Contract): Change[] {
  const keys = new Set([...Object.keys(before.events), ...Object.keys(after.events)]);
  return [
    ...compareSchemas(before.envelope, after.envelope, 'envelope'),
    ...[...keys].flatMap((key) => {
      const [was, is] = [before.events[key], after.events[key]];
      if (!is) return [breaking(key, 'removed from the catalogue')];
      return was ? compareEvents(was, is, key) : [additive(key, 'new')];
    }),
  ];
}

/** Describes the breaking changes, each with the alternative; undefined when there are none. */
export function explainBreaking(changes: readonly Change[]): string | undefined {
  const lines = changes
    .filter(({ kind }) => kind === 'breaking')
    .map(({ path, message }) => `  ${path}: ${message}. ${adviceFor(path)}`);
  if (lines.length === 0) return undefined;
  return [
    'This breaks a published version of the catalogue, which emitters and stored events depend on:',
    ...lines,
    'Only versions that were never released may change: restore the released catalogue.snapshot.json',
    '(git checkout) and run `npm run snapshot -w packages/audit-core`.',
  ].join('\n');
}

function adviceFor(path: string): string {
  const [, type, version] = /^([^ @]+)@(\d+)/.exec(path) ?? [];
  return type
    ? `Restore it and add a new version instead: ${type}@${Number(version) + 1}.`
    : 'Restore it: the envelope has no versions.';
}

function compareEvents(before: EventContract, after: EventContract, key: string): Change[] {
  return [
    ...compareRecorder(before, after, `${key} recordedBy`),
    ...compareOutcome(before, after, `${key} outcome`),
    ...compareRetention(before, after, `${key} retentionDays`),
    ...comparePublic(before, after, `${key} publicDetails`),
    ...compareSubjects(before, after, `${key} subjects`),
    ...compareSchemas(before.details, after.details, `${key} details`),
    ...compareSchemas(before.targets, after.targets, `${key} targets`),
  ];
}

type Comparer = (before: EventContract, after: EventContract, path: string) => Change[];

/** A type may move to the Portal: stored events are unaffected, and keys can no longer emit it. */
const compareRecorder: Comparer = (before, after, path) => {
  if (before.recordedBy === after.recordedBy) return [];
  const what = `changed from ${before.recordedBy} to ${after.recordedBy}`;
  return [after.recordedBy === 'portal' ? additive(path, what) : breaking(path, what)];
};

const compareOutcome: Comparer = (before, after, path) =>
  before.outcome === after.outcome
    ? []
    : [breaking(path, `default changed from ${before.outcome} to ${after.outcome}`)];

/** A shorter retention would delete events earlier than promised. */
const compareRetention: Comparer = (before, after, path) => {
  const words = `changed from ${before.retentionDays} to ${after.retentionDays}`;
  if (after.retentionDays < before.retentionDays) return [breaking(path, words)];
  return after.retentionDays > before.retentionDays ? [additive(path, words)] : [];
};

/** Published details cannot be withdrawn from the log, so a private detail may never become public. New details may. */
const comparePublic: Comparer = (before, after, path) => [
  ...after.public
    .filter((name) => !before.public.includes(name) && before.details.properties?.[name])
    .map((name) => breaking(path, `${name} was private and would become public`)),
  ...before.public
    .filter((name) => !after.public.includes(name) && after.details.properties?.[name])
    .map((name) => additive(path, `${name} is private now`)),
];

/** Erasure depends on these. */
const compareSubjects: Comparer = (before, after, path) => {
  const same = (subject: EventContract['subjects'][number]) => (other: typeof subject) =>
    other.type === subject.type && other.id === subject.id;
  return [
    ...before.subjects.flatMap((subject) => {
      const kept = after.subjects.find(same(subject));
      if (!kept) return [breaking(path, `${subject.type} removed or renamed`)];
      const lost = subject.details.filter((name) => !kept.details.includes(name));
      const added = kept.details.filter((name) => !subject.details.includes(name));
      return [
        ...lost.map((name) => breaking(path, `${name} no longer belongs to ${subject.type}`)),
        ...added.map((name) => additive(path, `${name} belongs to ${subject.type} now`)),
      ];
    }),
    ...after.subjects
      .filter((subject) => !before.subjects.some(same(subject)))
      .map((subject) => additive(path, `${subject.type} is new`)),
  ];
};
