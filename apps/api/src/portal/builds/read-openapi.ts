/** Parses an OpenAPI document, JSON or YAML, within limits, and replaces references that cannot be resolved. */

import { LineCounter, parseDocument, visit, type Document } from 'yaml';
import { InvalidDocument } from './invalid-document.ts';

const maxima = {
  nesting: 100,
  values: 500_000,
  characters: 8 * 1024 * 1024,
  references: 50_000,
  aliases: 1_000,
  hops: 50,
};

type Json = { [name: string]: Json } | Json[] | string | number | boolean | null;

/**
 * The document as JSON. External, missing and circular references are replaced by a description, so nothing is fetched
 * and resolving references ends.
 *
 * @throws InvalidDocument
 */
export function readOpenapi(content: string): string {
  const root = parse(content);
  if (!isObject(root) || !isVersion(root)) {
    throw new InvalidDocument(
      'the document has neither "openapi": "3.x" nor "swagger": "2.0" at the top level',
    );
  }
  replaceUnresolvable(root);
  return JSON.stringify(root);
}

function parse(content: string): Json {
  try {
    return JSON.parse(content) as Json;
  } catch {
    // JSON is also YAML, whose parser reports the position of an error.
  }
  const lines = new LineCounter();
  // At other log levels, a second YAML document is not an error.
  const options = { lineCounter: lines, prettyErrors: false, logLevel: 'error' } as const;
  let document: Document.Parsed | undefined;
  try {
    document = parseDocument(content, options);
    const [error] = document.errors;
    if (error) throw new InvalidDocument(trim(error.message), lines.linePos(error.pos[0]));
    return document.toJS({ maxAliasCount: maxima.aliases }) as Json;
  } catch (error) {
    if (error instanceof InvalidDocument) throw error;
    // Too deeply nested, too many aliases, or an unresolved alias.
    const { message } = error as Error;
    const offset = (document && findAlias(document, message)) ?? 0;
    throw new InvalidDocument(trim(message), lines.linePos(offset));
  }
}

/** The offset of the alias that the message ends with. */
function findAlias(document: Document.Parsed, message: string): number | undefined {
  let offset: number | undefined;
  visit(document, {
    Alias: (_, { source, range }) => {
      if (!message.endsWith(`: ${source}`)) return undefined;
      offset = range?.[0];
      return visit.BREAK;
    },
  });
  return offset;
}

function trim(message: string): string {
  return (message.split('\n', 1)[0] ?? '').replace(/[.:]$/, '').slice(0, 300).toWellFormed();
}

function isVersion({ openapi, swagger }: { [name: string]: Json }): boolean {
  return (typeof openapi === 'string' && /^3\.\d/.test(openapi)) || swagger === '2.0';
}

/** Visits every value; a YAML alias counts each time it is used. */
function replaceUnresolvable(root: Json): void {
  const pending: { value: Json; depth: number }[] = [{ value: root, depth: 1 }];
  let values = 0;
  let characters = 0;
  let references = 0;
  for (let next = pending.pop(); next; next = pending.pop()) {
    const { value, depth } = next;
    values += 1;
    if (values > maxima.values) throw tooLarge(`${maxima.values} values`);
    if (depth > maxima.nesting) throw tooLarge(`${maxima.nesting} levels of nesting`);
    if (typeof value === 'string') characters += value.length;
    if (characters > maxima.characters) throw tooLarge(`${maxima.characters} characters`);
    if (typeof value !== 'object' || value === null) continue;
    if (isObject(value) && typeof value['$ref'] === 'string') {
      references += 1;
      if (references > maxima.references) throw tooLarge(`${maxima.references} references`);
      const problem = problemOf(root, value['$ref']);
      if (problem !== undefined) replace(value, `${problem}: ${value['$ref']}`);
    }
    for (const [name, inner] of Object.entries(value)) {
      characters += name.length;
      pending.push({ value: inner, depth: depth + 1 });
    }
  }
}

function replace(value: { [name: string]: Json }, description: string): void {
  for (const name of Object.keys(value)) delete value[name];
  value['description'] = description;
}

function tooLarge(limit: string): InvalidDocument {
  return new InvalidDocument(`the document has more than ${limit}; split it`);
}

/** Undefined when the reference resolves to a part of the document. */
function problemOf(root: Json, first: string): string | undefined {
  let reference = first;
  for (let hop = 0; hop < maxima.hops; hop += 1) {
    if (!reference.startsWith('#')) return 'External reference, not followed';
    const found = resolvePointer(root, reference);
    if (found === undefined) return 'Reference to a missing part of the document';
    if (!isObject(found) || typeof found['$ref'] !== 'string') return undefined;
    reference = found['$ref'];
  }
  return 'Circular reference';
}

/** Resolves a fragment with a JSON Pointer (RFC 6901). */
function resolvePointer(root: Json, reference: string): Json | undefined {
  let value: Json | undefined = root;
  for (const part of reference.slice(1).split('/').slice(1)) {
    const name = decode(part).replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name))
      return undefined;
    value = (value as { [name: string]: Json })[name];
  }
  return value;
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function isObject(value: Json): value is { [name: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
