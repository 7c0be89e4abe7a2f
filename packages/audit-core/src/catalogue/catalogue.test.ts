import { describe, expect, it } from 'vitest';
import { catalogue, entries, exampleEvent } from '../../test/support/sample-events.ts';
import { liblabCatalogue, renderMessage, renderPath, portalCatalogue } from '../index.ts';

describe.each(entries)('%s', (_, definition) => {
  const event = exampleEvent(definition.type, definition.version);

  it('accepts its example unchanged', () => {
    const checked = catalogue.check(event);
    expect(checked).toMatchObject({ ok: true, event, definition });
  });

  it('renders its example as a complete sentence', () => {
    const sentence = renderMessage(definition.sentence, event);
    expect(sentence).not.toMatch(/[…{}]|undefined/);
    expect(sentence).toMatch(/^[A-Z]/);
  });

  it('has a sentence for an attempt, unless the type itself is a failure', () => {
    if (definition.outcome === 'failure') return expect(definition.attempt).toBeUndefined();
    const sentence = renderMessage(definition.attempt ?? '', event);
    expect(sentence).not.toMatch(/[…{}]|undefined/);
    expect(sentence).toMatch(/^Tried to [a-z]/);
  });

  it('renders a sentence after names and details were erased', () => {
    const { details: _details, ...erased } = event;
    for (const target of erased.targets) delete target.name;
    expect(renderMessage(definition.sentence, erased)).not.toMatch(/[{}]|undefined/);
  });

  it('renders its link, if any', () => {
    if (!definition.link) return;
    expect(renderPath(definition.link.path, event)).toMatch(/^\/[a-z-]+(\/[^/]+)?$/);
    expect(renderMessage(definition.link.label, event)).not.toMatch(/[…{}]|undefined/);
  });

  it('keeps identifying details out of the public part', () => {
    expect(definition.publicDetails).not.toContain('email');
    const email = JSON.stringify(definition.publicDetails.map((name) => event.details[name]));
    expect(email).not.toMatch(/[^\s"]@[^\s"]/);
  });

  it('bounds every text and list', () => {
    const schema = definition.schemas.event.toJSONSchema({ io: 'input', unrepresentable: 'any' });
    expect(unboundedPaths(schema as Schema, '$')).toEqual([]);
  });

  it('has a description and a title in sentence form', () => {
    expect(definition.description).toMatch(/^[A-Z].*\.$/);
    expect(definition.title).toMatch(/^[A-Z]/);
  });
});

it('the eleven types have their codes and titles', () => {
  expect(liblabCatalogue.describe().map(({ type, title }) => [type, title])).toEqual([
    ['user.create', 'User Create'],
    ['user.verified_email', 'User Verified Email'],
    ['user.create_api', 'User Create API'],
    ['user.build', 'User Build'],
    ['user.approved_doc', 'User Approved doc'],
    ['user.unapproved_doc', 'User Unapproved doc'],
    ['user.published_pr', 'User Published PR'],
    ['user.publish_pr_failure', 'User Publish PR Failure'],
    ['user.invite_member', 'User Invite Member'],
    ['user.add_ci_token', 'User Add CI Token'],
    ['user.remove_ci_token', 'User Remove CI Token'],
  ]);
});

it("only the Portal records the Portal's event types", () => {
  expect(portalCatalogue.definitions.map(({ recordedBy }) => recordedBy)).toEqual(
    portalCatalogue.definitions.map(() => 'portal'),
  );
});

it('the default outcome of a failure type is failure', () => {
  const outcomeOf = (type: string) => {
    const checked = catalogue.check(exampleEvent(type));
    return checked.ok && checked.event.outcome;
  };
  expect(outcomeOf('user.publish_pr_failure')).toBe('failure');
  expect(outcomeOf('user.published_pr')).toBe('success');
});

it('describes types as plain JSON data', () => {
  const described = catalogue.describe();
  expect(JSON.parse(JSON.stringify(described))).toEqual(described);
  expect(described.find(({ type }) => type === 'user.invite_member')?.details).toEqual([
    { name: 'email', public: false },
    { name: 'role', public: true },
  ]);
});

interface Schema {
  type?: string;
  properties?: Record<string, Schema>;
  items?: Schema | false;
  prefixItems?: Schema[];
  anyOf?: Schema[];
  maxLength?: number;
  maxItems?: number;
  enum?: unknown[];
  const?: unknown;
  format?: string;
}

/** These formats have a maximum length. */
const boundedFormats = ['uuid', 'ipv4', 'ipv6'];

/** Paths of strings and arrays without a maximum length. */
function unboundedPaths(schema: Schema, path: string): string[] {
  const below = [
    ...Object.entries(schema.properties ?? {}).map(([name, part]) => ({ name: `.${name}`, part })),
    ...[...(schema.prefixItems ?? []), ...(schema.items ? [schema.items] : [])].map((part) => ({
      name: '[]',
      part,
    })),
    ...(schema.anyOf ?? []).map((part) => ({ name: '', part })),
  ].flatMap(({ name, part }) => unboundedPaths(part, path + name));
  const isBounded =
    (schema.type !== 'string' && schema.type !== 'array') ||
    schema.maxLength !== undefined ||
    schema.maxItems !== undefined ||
    schema.enum !== undefined ||
    schema.const !== undefined ||
    boundedFormats.includes(schema.format ?? '');
  return isBounded ? below : [path, ...below];
}
