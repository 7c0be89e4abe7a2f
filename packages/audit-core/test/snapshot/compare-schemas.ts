/** `compareSchemas`: whether everything that one JSON Schema accepts is still accepted by another. */

import { isDeepStrictEqual } from 'node:util';

export interface Change {
  /** `breaking`: something that was accepted, or could be relied on, no longer is. */
  kind: 'breaking' | 'additive';
  /** Where, as in `user.build@1 details.languages[]`. */
  path: string;
  message: string;
}

export interface JsonSchema {
  [keyword: string]: unknown;
  properties?: Record<string, JsonSchema>;
  required?: string[];
  items?: JsonSchema | boolean;
  prefixItems?: JsonSchema[];
  anyOf?: JsonSchema[];
}

/** Keywords it does not understand break when they change: a false alarm is cheaper than a broken emitter. */
export function compareSchemas(before: JsonSchema, after: JsonSchema, path: string): Change[] {
  if (isDeepStrictEqual(before, after)) return [];
  if (Object.keys(after).length === 0) return [additive(path, 'accepts anything now')];
  if (before.anyOf || after.anyOf) return compareAlternatives(before, after, path);
  if (before['type'] !== after['type'] && !isWider(before['type'], after['type'])) {
    return [breaking(path, `type changed from ${show(before['type'])} to ${show(after['type'])}`)];
  }
  const keywords = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keywords].flatMap((keyword) => {
    if (isDeepStrictEqual(before[keyword], after[keyword])) return [];
    return (comparers[keyword] ?? refuse(keyword))(before, after, path);
  });
}

export function breaking(path: string, message: string): Change {
  return { kind: 'breaking', path, message };
}

export function additive(path: string, message: string): Change {
  return { kind: 'additive', path, message };
}

type Comparer = (before: JsonSchema, after: JsonSchema, path: string) => Change[];

/** Each is called only where the keyword changed. */
const comparers: Record<string, Comparer> = {
  type: (before, after, path) => [
    additive(path, `type widened from ${show(before['type'])} to ${show(after['type'])}`),
  ],
  minLength: bound('minLength', 1),
  minItems: bound('minItems', 1),
  minimum: bound('minimum', 1),
  exclusiveMinimum: bound('exclusiveMinimum', 1),
  maxLength: bound('maxLength', -1),
  maxItems: bound('maxItems', -1),
  maximum: bound('maximum', -1),
  exclusiveMaximum: bound('exclusiveMaximum', -1),
  pattern: lifted('pattern'),
  format: lifted('format'),
  enum: compareValues,
  // Changes together with `enum`, or alone.
  const: (before, after, path) =>
    'enum' in before || 'enum' in after ? [] : compareValues(before, after, path),
  properties: compareProperties,
  // Where the properties changed too, they were compared together.
  required: (before, after, path) =>
    isDeepStrictEqual(before.properties, after.properties)
      ? compareProperties(before, after, path)
      : [],
  additionalProperties: inner('additionalProperties', '.*'),
  propertyNames: inner('propertyNames', ' (names)'),
  items: inner('items', '[]'),
  prefixItems: comparePlaces,
};

function isWider(before: unknown, after: unknown): boolean {
  return after === undefined || (before === 'integer' && after === 'number');
}

function refuse(keyword: string): Comparer {
  return (before, after, path) => [
    breaking(path, `${keyword} changed from ${show(before[keyword])} to ${show(after[keyword])}`),
  ];
}

/** `direction` 1 for a lower bound, -1 for an upper one. */
function bound(keyword: string, direction: 1 | -1): Comparer {
  return (before, after, path) => {
    const limit = (schema: JsonSchema) =>
      direction * Number(schema[keyword] ?? -Infinity * direction);
    const words = `${keyword} changed from ${show(before[keyword])} to ${show(after[keyword])}`;
    return [limit(after) > limit(before) ? breaking(path, words) : additive(path, words)];
  };
}

function lifted(keyword: string): Comparer {
  return (before, after, path) =>
    keyword in after
      ? refuse(keyword)(before, after, path)
      : [additive(path, `${keyword} ${show(before[keyword])} lifted`)];
}

function compareValues(before: JsonSchema, after: JsonSchema, path: string): Change[] {
  const [old, now] = [valuesOf(before), valuesOf(after)];
  if (!now) return [additive(path, 'any value is allowed now')];
  if (!old) return [breaking(path, `only ${now.map(show).join(', ')} is allowed now`)];
  const lost = old.filter((value) => !now.includes(value)).map(show);
  const won = now.filter((value) => !old.includes(value)).map(show);
  if (lost.length > 0) return [breaking(path, `value ${lost.join(', ')} removed`)];
  return won.length > 0 ? [additive(path, `value ${won.join(', ')} added`)] : [];
}

function valuesOf(schema: JsonSchema): unknown[] | undefined {
  return 'const' in schema ? [schema['const']] : (schema['enum'] as unknown[] | undefined);
}

function compareProperties(before: JsonSchema, after: JsonSchema, path: string): Change[] {
  const [old, now] = [before.properties ?? {}, after.properties ?? {}];
  const isRequired = (schema: JsonSchema, name: string) => schema.required?.includes(name) ?? false;
  return [...new Set([...Object.keys(old), ...Object.keys(now)])].flatMap((name) => {
    const place = `${path}.${name}`;
    const [was, is] = [old[name], now[name]];
    if (!is) return [breaking(place, 'removed or renamed')];
    if (!was) {
      return [
        isRequired(after, name) ? breaking(place, 'new and required') : additive(place, 'new'),
      ];
    }
    const changes = compareSchemas(was, is, place);
    if (isRequired(before, name) === isRequired(after, name)) return changes;
    return isRequired(after, name)
      ? [breaking(place, 'required now'), ...changes]
      : [additive(place, 'optional now'), ...changes];
  });
}

function comparePlaces(before: JsonSchema, after: JsonSchema, path: string): Change[] {
  const [old, now] = [before.prefixItems ?? [], after.prefixItems ?? []];
  if (old.length !== now.length) {
    return [breaking(path, `number changed from ${old.length} to ${now.length}`)];
  }
  return old.flatMap((schema, index) =>
    compareSchemas(schema, now[index] ?? {}, `${path}[${index}]`),
  );
}

/** A schema below; absent and `true` accept anything, `false` nothing. */
function inner(keyword: string, suffix: string): Comparer {
  return (before, after, path) => {
    const [was, is] = [before[keyword] ?? true, after[keyword] ?? true];
    if (was === false) return [additive(path + suffix, 'allowed now')];
    if (is === false) return [breaking(path + suffix, 'no longer allowed')];
    const schema = (value: unknown) => (value === true ? {} : (value as JsonSchema));
    return compareSchemas(schema(was), schema(is), path + suffix);
  };
}

/** Each alternative of before must fit into one of after. */
function compareAlternatives(before: JsonSchema, after: JsonSchema, path: string): Change[] {
  const now = after.anyOf ?? [after];
  const lost = (before.anyOf ?? [before]).filter(
    (old) =>
      !now.some((schema) =>
        compareSchemas(old, schema, path).every(({ kind }) => kind === 'additive'),
      ),
  );
  return lost.length > 0
    ? [breaking(path, `no longer accepts ${lost.map(show).join(' or ')}`)]
    : [additive(path, 'accepts more kinds of values')];
}

function show(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value);
}
