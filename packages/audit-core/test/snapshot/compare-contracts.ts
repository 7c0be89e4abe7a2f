/** `compareContracts`: what a change of the catalogue would do to those who rely on its published versions. */

import { additive, breaking, compareSchemas, type Change } from './compare-schemas.ts';
import type { Contract, EventContract } from './describe-contract.ts';

/** All differences, in the snapshot's order; what is only reworded is none. */
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

/** The breaking changes, each with what to do instead; undefined when there is none. */
export function explainBreaking(changes: readonly Change[]): string | undefined {
  const lines = changes
    .filter(({ kind }) => kind === 'breaking')
    .map(({ path, message }) => `  ${path}: ${message}. ${adviceFor(path)}`);
  if (lines.length === 0) return undefined;
  return [
    'This breaks a published version of the catalogue, on which emitters and stored events rely:',
    ...lines,
    'A version that was never released may change: restore the released catalogue.snapshot.json',
    '(git checkout) and run `npm run snapshot -w packages/audit-core`.',
  ].join('\n');
}

function adviceFor(path: string): string {
  const [, type, version] = /^([^ @]+)@(\d+)/.exec(path) ?? [];
  return type
    ? `Leave it as it was and add a new version instead: ${type}@${Number(version) + 1}.`
    : 'The envelope has no versions: leave it as it was.';
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

/** The Portal may take a type over: what is stored stays as it is, and keys lose the right. */
const compareRecorder: Comparer = (before, after, path) => {
  if (before.recordedBy === after.recordedBy) return [];
  const what = `changed from ${before.recordedBy} to ${after.recordedBy}`;
  return [after.recordedBy === 'portal' ? additive(path, what) : breaking(path, what)];
};

const compareOutcome: Comparer = (before, after, path) =>
  before.outcome === after.outcome
    ? []
    : [breaking(path, `what it is unless said changed from ${before.outcome} to ${after.outcome}`)];

/** Shorter would delete evidence that was promised to stay. */
const compareRetention: Comparer = (before, after, path) => {
  const words = `changed from ${before.retentionDays} to ${after.retentionDays}`;
  if (after.retentionDays < before.retentionDays) return [breaking(path, words)];
  return after.retentionDays > before.retentionDays ? [additive(path, words)] : [];
};

/** The public part of the log cannot be taken back, so nothing that was private may enter it. A new detail may. */
const comparePublic: Comparer = (before, after, path) => [
  ...after.public
    .filter((name) => !before.public.includes(name) && before.details.properties?.[name])
    .map((name) => breaking(path, `${name} was private and would become public`)),
  ...before.public
    .filter((name) => !after.public.includes(name) && after.details.properties?.[name])
    .map((name) => additive(path, `${name} is private now`)),
];

/** Erasure reaches a person by these. */
const compareSubjects: Comparer = (before, after, path) => {
  const same = (subject: EventContract['subjects'][number]) => (other: typeof subject) =>
    other.type === subject.type && other.id === subject.id;
  return [
    ...before.subjects.flatMap((subject) => {
      const kept = after.subjects.find(same(subject));
      if (!kept) return [breaking(path, `${subject.type} removed or renamed`)];
      const lost = subject.details.filter((name) => !kept.details.includes(name));
      const won = kept.details.filter((name) => !subject.details.includes(name));
      return [
        ...lost.map((name) => breaking(path, `${name} no longer belongs to ${subject.type}`)),
        ...won.map((name) => additive(path, `${name} belongs to ${subject.type} now`)),
      ];
    }),
    ...after.subjects
      .filter((subject) => !before.subjects.some(same(subject)))
      .map((subject) => additive(path, `${subject.type} is new`)),
  ];
};
