/** What can be stored and hashed without change: a check on parsed JSON before any schema sees it. */

import { limits } from './limits.ts';

export interface Unstorable {
  /** JSON path below the value that was checked, as in `.details.name`; empty for the value itself. */
  path: string;
  message: string;
}

/**
 * Finds the first value that Postgres or canonical JSON (RFC 8785) would refuse or change: U+0000, lone surrogates,
 * numbers that are infinite or integers beyond 2^53-1, keys named `__proto__`, and nesting beyond the limit.
 */
export function findUnstorable(value: unknown, depth = 0): Unstorable | undefined {
  if (typeof value === 'string') return findInText(value);
  if (typeof value === 'number') return findInNumber(value);
  if (typeof value !== 'object' || value === null) return undefined;
  if (depth >= limits.nestingMax) {
    return { path: '', message: `is nested deeper than ${limits.nestingMax} levels; flatten it` };
  }
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index += 1) {
      const found = findUnstorable(value[index], depth + 1);
      if (found) return { ...found, path: `[${index}]${found.path}` };
    }
    return undefined;
  }
  for (const key in value) {
    const found =
      findInKey(key) ?? findUnstorable((value as Record<string, unknown>)[key], depth + 1);
    if (found) return { ...found, path: pathSegment(key) + found.path };
  }
  return undefined;
}

/** JSON can write 1e400, which parses to Infinity. */
function findInNumber(value: number): Unstorable | undefined {
  if (!Number.isFinite(value)) {
    return { path: '', message: 'is not a finite number; send it as a string' };
  }
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
    return { path: '', message: 'is an integer beyond 2^53-1; send it as a string' };
  }
  return undefined;
}

/** Copying an object loses a key named `__proto__`, or worse, obeys it. */
function findInKey(key: string): Unstorable | undefined {
  return key === '__proto__'
    ? { path: '', message: 'is a name that objects cannot hold; rename it' }
    : findInText(key);
}

function findInText(text: string): Unstorable | undefined {
  if (text.includes('\0'))
    return { path: '', message: 'contains U+0000, which cannot be stored; remove it' };
  if (!text.isWellFormed()) {
    return { path: '', message: 'contains a lone surrogate; send well-formed Unicode' };
  }
  return undefined;
}

/** One step of a JSON path: `.name`, `["odd name"]` or `[3]`. */
export function pathSegment(key: PropertyKey): string {
  if (typeof key === 'number') return `[${key}]`;
  const name = String(key);
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
}
