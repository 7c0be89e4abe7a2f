/** Reads an OpenAPI document, JSON or YAML, within bounds, and settles its references. */

import { LineCounter, parseDocument, visit, type Document } from 'yaml';
import { InvalidDocument } from './invalid-document.ts';

const bounds = {
  nesting: 100,
  values: 500_000,
  characters: 8 * 1024 * 1024,
  references: 50_000,
  aliases: 1_000,
  hops: 50,
};

type Json = { [name: string]: Json } | Json[] | string | number | boolean | null;

/**
 * The document as JSON. References to other files and addresses, to what does not exist and to themselves are words in
 * their place: nothing is fetched, and no reader goes round in circles.
 * @throws InvalidDocument
 */
export function readOpenapi(content: string): string {
  const root = parse(content);
  if (!isObject(root) || !isVersion(root)) {
    throw new InvalidDocument(
      'the document has neither "openapi": "3.x" nor "swagger": "2.0" at the top level',
    );
  }
  settleReferences(root);
  return JSON.stringify(root);
}

function parse(content: string): Json {
  try {
    return JSON.parse(content) as Json;
  } catch {
    // JSON is YAML too, and this reader says where it is not.
  }
  const lines = new LineCounter();
  // More than one document is an error at this level only.
  const options = { lineCounter: lines, prettyErrors: false, logLevel: 'error' } as const;
  let document: Document.Parsed | undefined;
  try {
    document = parseDocument(content, options);
    const [error] = document.errors;
    if (error) throw new InvalidDocument(trim(error.message), lines.linePos(error.pos[0]));
    return document.toJS({ maxAliasCount: bounds.aliases }) as Json;
  } catch (error) {
    if (error instanceof InvalidDocument) throw error;
    // Of nesting beyond the stack, of aliases that multiply, and of those that stand for nothing.
    const { message } = error as Error;
    const offset = (document && findAlias(document, message)) ?? 0;
    throw new InvalidDocument(trim(message), lines.linePos(offset));
  }
}

/** Where the alias stands that the message ends with. */
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

/** Walks every value once; aliases of YAML count each time they are used. */
function settleReferences(root: Json): void {
  const left: { value: Json; depth: number }[] = [{ value: root, depth: 1 }];
  let values = 0;
  let characters = 0;
  let references = 0;
  for (let next = left.pop(); next; next = left.pop()) {
    const { value, depth } = next;
    values += 1;
    if (values > bounds.values) throw beyond(`${bounds.values} values`);
    if (depth > bounds.nesting) throw beyond(`${bounds.nesting} levels of nesting`);
    if (typeof value === 'string') characters += value.length;
    if (characters > bounds.characters) throw beyond(`${bounds.characters} characters`);
    if (typeof value !== 'object' || value === null) continue;
    if (isObject(value) && typeof value['$ref'] === 'string') {
      references += 1;
      if (references > bounds.references) throw beyond(`${bounds.references} references`);
      const problem = problemOf(root, value['$ref']);
      if (problem !== undefined) replace(value, `${problem}: ${value['$ref']}`);
    }
    for (const [name, inner] of Object.entries(value)) {
      characters += name.length;
      left.push({ value: inner, depth: depth + 1 });
    }
  }
}

function replace(value: { [name: string]: Json }, description: string): void {
  for (const name of Object.keys(value)) delete value[name];
  value['description'] = description;
}

function beyond(bound: string): InvalidDocument {
  return new InvalidDocument(`the document has more than ${bound}; split it`);
}

/** Undefined for a reference that leads to something in the document. */
function problemOf(root: Json, first: string): string | undefined {
  let reference = first;
  for (let hop = 0; hop < bounds.hops; hop += 1) {
    if (!reference.startsWith('#')) return 'External reference, not followed';
    const found = find(root, reference);
    if (found === undefined) return 'Reference to a missing part of the document';
    if (!isObject(found) || typeof found['$ref'] !== 'string') return undefined;
    reference = found['$ref'];
  }
  return 'Circular reference';
}

/** By JSON Pointer (RFC 6901) in a fragment. */
function find(root: Json, reference: string): Json | undefined {
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
