/** `renderCatalogue`: docs/catalogue.md, which documents every event type. */

import {
  reasonTexts,
  reservedNamespaces,
  type Catalogue,
  type EventDefinition,
} from '../../src/index.ts';
import type { JsonSchema } from '../snapshot/compare-schemas.ts';
import { describeContract, type EventContract } from '../snapshot/describe-contract.ts';
import { describeSchema } from './describe-schema.ts';

/** Entries in the catalogue's order. */
export function renderCatalogue(catalogue: Catalogue): string {
  const { events } = describeContract(catalogue);
  const sections = catalogue.definitions.map((definition) =>
    renderEntry(definition, events[`${definition.type}@${definition.version}`] as EventContract),
  );
  const rows = catalogue.definitions.map(
    ({ type, version, title, category, recordedBy }) =>
      `| [\`${type}\`](#${anchor(`${type}@${version}`)}) | ${version} | ${title} | ${category} | ${recorders[recordedBy]} |`,
  );
  return [
    '# The catalogue',
    '',
    'The built-in event types. Generated from `packages/audit-core/src/catalogue` by `npm run docs -w packages/audit-core`; edit the entries, not this page.',
    '',
    '| code | version | title | category | recorded by |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
    '',
    "Public details are in the disclosure `body`, private ones in `private`. Details about a person are in that person's own disclosure, which erasure deletes. See [verify.md](verify.md).",
    '',
    `No key may send a type whose first word is reserved for the Portal: ${listed(reservedNamespaces)}.`,
    '',
    '## Reasons',
    '',
    'When the Portal denies an act, or a sign-in fails, the event stores one of these codes as its `reason`; the page and the CSV show the text. The role or address that a code refers to is in the details of the event. Events from tools have a free text instead, and so do events recorded before these codes existed.',
    '',
    '| code | text |',
    '| --- | --- |',
    ...Object.entries(reasonTexts).map(([code, text]) => `| \`${code}\` | ${text} |`),
    ...sections.flat(),
    '',
  ].join('\n');
}

const recorders: Record<EventDefinition['recordedBy'], string> = {
  emitter: 'tools, with a key',
  portal: 'the Portal only; no key may send it',
};

/** The anchor that GitHub generates for a heading. */
function anchor(heading: string): string {
  return heading.toLowerCase().replaceAll(/[^a-z0-9_ -]/g, '');
}

function renderEntry(definition: EventDefinition, contract: EventContract): string[] {
  const { type, version, title, description, category, sentence, link, retentionDays } = definition;
  return [
    '',
    `## ${type}@${version}`,
    '',
    `**${title}**, version ${version}. ${description}`,
    '',
    `- Category: ${category}`,
    `- Recorded by: ${recorders[definition.recordedBy]}`,
    `- Default outcome: ${contract.outcome}`,
    `- Targets, in order: ${listed(definition.targets) || 'none'}`,
    `- Sentence: \`${sentence}\``,
    ...(definition.attempt === undefined
      ? []
      : [`- Sentence when it failed or was denied: \`${definition.attempt}\``]),
    ...(link ? [`- Link: \`${link.path}\`, labelled \`${link.label}\``] : []),
    `- Retention: ${retentionDays.toLocaleString('en')} days from loggedAt`,
    ...renderPersons(contract),
    '',
    ...renderDetails(contract),
    '```json',
    JSON.stringify({ type, version, ...definition.example }, undefined, 2),
    '```',
  ];
}

function renderPersons({ subjects }: EventContract): string[] {
  return subjects.map(
    ({ type, id, details }) =>
      `- Person other than the actor: \`${type}\`, identified by \`${id}\`, described by ${listed(details)}`,
  );
}

function renderDetails(contract: EventContract): string[] {
  const { properties = {}, required = [] } = contract.details as {
    properties?: Record<string, JsonSchema>;
    required?: string[];
  };
  const rows = Object.entries(properties).map(([name, schema]) => {
    const words = describeSchema(schema).replaceAll('|', '\\|');
    return `| \`${name}\` | ${words} | ${required.includes(name) ? 'yes' : 'no'} | ${holderOf(name, contract)} |`;
  });
  if (rows.length === 0) return ['No details.', ''];
  return ['| detail | value | required | belongs to |', '| --- | --- | --- | --- |', ...rows, ''];
}

function holderOf(name: string, contract: EventContract): string {
  const subject = contract.subjects.find(({ id, details }) => [id, ...details].includes(name));
  if (subject) return `the person \`${subject.type}\``;
  return contract.public.includes(name) ? 'public' : 'private';
}

function listed(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(', ');
}
