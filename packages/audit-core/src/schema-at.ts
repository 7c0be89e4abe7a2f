/** `schemasAt`: what JSON Schema says about the value at a path. */

/** The keywords that zod writes for the parts of a value. */
export interface JsonSchema {
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  properties?: Record<string, JsonSchema>;
  additionalProperties?: JsonSchema | boolean;
  items?: JsonSchema | boolean;
  prefixItems?: JsonSchema[];
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  allOf?: JsonSchema[];
  $ref?: string;
  $defs?: Record<string, JsonSchema>;
}

/**
 * The alternatives for the value at a path, without unions and references; none when no value can be there.
 * @param root the schema that references are relative to
 */
export function schemasAt(
  schema: JsonSchema,
  path: readonly string[],
  root: JsonSchema,
): JsonSchema[] {
  return path.reduce<JsonSchema[]>(
    (found, key) =>
      found.flatMap((each) =>
        stepsInto(each, key).flatMap((below) => alternativesOf(below, root, new Set())),
      ),
    alternativesOf(schema, root, new Set()),
  );
}

/** Whether the schema accepts any value. */
export function isAny({ type, enum: values, const: value }: JsonSchema): boolean {
  return type === undefined && values === undefined && value === undefined;
}

function stepsInto(schema: JsonSchema, key: string): JsonSchema[] {
  if (isAny(schema)) return [{}];
  const { properties = {}, additionalProperties = false, prefixItems = [], items = false } = schema;
  const isIndex = /^(?:0|[1-9]\d*)$/.test(key);
  const below = Object.hasOwn(properties, key)
    ? properties[key]
    : isIndex && schema.type === 'array'
      ? (prefixItems[Number(key)] ?? items)
      : additionalProperties;
  if (below === true) return [{}];
  return below ? [below] : [];
}

/** `seen` ends references that lead back to themselves. */
function alternativesOf(
  schema: JsonSchema,
  root: JsonSchema,
  seen: ReadonlySet<JsonSchema>,
): JsonSchema[] {
  if (seen.has(schema)) return [];
  const next = new Set([...seen, schema]);
  const { $ref, anyOf, oneOf, allOf } = schema;
  const parts = [...(anyOf ?? []), ...(oneOf ?? []), ...(allOf ?? [])];
  if ($ref !== undefined) {
    const name = /^#\/\$defs\/(.+)$/.exec($ref)?.[1];
    parts.push(name === undefined ? root : (root.$defs?.[name] ?? {}));
  }
  return parts.length > 0 ? parts.flatMap((part) => alternativesOf(part, root, next)) : [schema];
}
