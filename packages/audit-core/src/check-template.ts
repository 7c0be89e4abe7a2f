/** `templateProblems`: why a message template of an event type cannot be rendered. */

import { isAny, schemasAt, type JsonSchema } from './schema-at.ts';
import { parseTemplate, type Expression } from './template.ts';

const filters = 'Use list, count:<one>:<many> or or:<path>';

/**
 * Each problem is worded to follow the template's name: `uses the unknown filter "upper" in {type|upper}. …`.
 * @param event the JSON Schema of an event of the type; its references are relative to `details`
 */
export function templateProblems(
  template: string,
  event: JsonSchema,
  details: JsonSchema,
): string[] {
  return parseTemplate(template).flatMap((part) => {
    if (typeof part !== 'string') return expressionProblems(part, event, details);
    return /[{}]/.test(part)
      ? [`has a brace without its partner in ${JSON.stringify(part)}. Write {details.name}.`]
      : [];
  });
}

function expressionProblems(
  { source, path, filter, args }: Expression,
  event: JsonSchema,
  details: JsonSchema,
): string[] {
  const written = `{${source}}`;
  const schemas = schemasAt(event, path, details);
  if (schemas.length === 0) return [unknownPath(path, written, event, details)];
  switch (filter) {
    case '':
      if (source.includes('|')) return [`has an empty filter in ${written}. ${filters}.`];
      return schemas.every(isComposite)
        ? [`would show JSON in ${written}. Use |list or |count:<one>:<many>, or a path below it.`]
        : [];
    case 'list':
      if (args.length > 0) return [`gives the filter list an argument in ${written}. Remove it.`];
      return schemas.some((schema) => isAny(schema) || schema.type === 'array')
        ? []
        : [`lists a value that is not a list in ${written}. Remove |list.`];
    case 'count':
      if (args.length !== 2 || args.some((word) => word === ''))
        return [`needs two words in ${written}. Write |count:language:languages.`];
      return schemas.some((schema) => isAny(schema) || isCountable(schema))
        ? []
        : [`counts a value that is neither a list nor a number in ${written}. Remove |count.`];
    case 'or': {
      const [other = ''] = args;
      if (args.length !== 1 || other === '')
        return [`needs one path after |or: in ${written}. Write |or:targets.0.id.`];
      const otherPath = other.split('.');
      return schemasAt(event, otherPath, details).length === 0
        ? [unknownPath(otherPath, written, event, details)]
        : [];
    }
    default:
      return [`uses the unknown filter ${JSON.stringify(filter)} in ${written}. ${filters}.`];
  }
}

/** Names the longest part of the path that exists, and what is below it. */
function unknownPath(
  path: readonly string[],
  written: string,
  event: JsonSchema,
  details: JsonSchema,
): string {
  let parent = path.slice(0, -1);
  while (parent.length > 0 && schemasAt(event, parent, details).length === 0)
    parent = parent.slice(0, -1);
  const names = schemasAt(event, parent, details).flatMap((schema) => [
    ...Object.keys(schema.properties ?? {}),
    ...(schema.prefixItems ?? []).keys(),
  ]);
  const known = names.map((name) => [...parent, name].join('.'));
  const fix = known.length > 0 ? `Use one of ${known.join(', ')}` : 'Remove it';
  return `refers to ${path.join('.')} in ${written}, which this type does not have. ${fix}.`;
}

function isComposite({ type }: JsonSchema): boolean {
  return type === 'array' || type === 'object';
}

function isCountable({ type }: JsonSchema): boolean {
  return type === 'array' || type === 'number' || type === 'integer';
}
