/** `renderCatalogue`: docs/catalogue.md, everything that the catalogue says of each event type. */

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
    'Every event type that is known without further modules. Made from `packages/audit-core/src/catalogue` by `npm run docs -w packages/audit-core`; change the entries, not this page.',
    '',
    '| code | version | title | category | recorded by |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
    '',
    'What is public stands in the disclosure `body`; what is private in `private`; what belongs to a person in a disclosure of that person alone, which erasure deletes. See [verify.md](verify.md).',
    '',
    `No key may send a type whose first word is one of the Portal's own: ${listed(reservedNamespaces)}.`,
    '',
    '## Reasons',
    '',
    'An act that the Portal denied, or a sign-in that failed, stores one of these codes as its `reason`; the page and the CSV show the text. The role or address that a code speaks of is in the details of the event. Events of tools have a text of their own, and so have events from before these codes.',
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
  portal: 'the service itself; no key may send it',
};

/** As GitHub makes it from a heading. */
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
    `- Result unless said otherwise: ${contract.outcome}`,
    `- Targets, in this order: ${listed(definition.targets) || 'none'}`,
    `- Sentence: \`${sentence}\``,
    ...(definition.attempt === undefined
      ? []
      : [`- When it failed or was denied: \`${definition.attempt}\``]),
    ...(link ? [`- Link: \`${link.path}\`, labelled \`${link.label}\``] : []),
    `- Kept: ${retentionDays.toLocaleString('en')} days, counted from loggedAt`,
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
      `- Person besides the actor: \`${type}\`, known by \`${id}\`, told of by ${listed(details)}`,
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
