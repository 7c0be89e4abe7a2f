/** What can be stored and hashed without change: a check on parsed JSON before any schema sees it. */

import { limits } from './limits.ts';

export interface Unstorable {
  /** JSON path below the value that was checked, as in `.details.name`; empty for the value itself. */
  path: string;
  message: string;
}

/**
 * Finds the first value that Postgres or canonical JSON (RFC 8785) would refuse or change: U+0000, lone surrogates,
 * integers beyond 2^53-1, and nesting beyond the limit.
 */
export function findUnstorable(value: unknown, depth = 0): Unstorable | undefined {
  if (typeof value === 'string') return findInText(value);
  if (typeof value === 'number') {
    const exact = !Number.isInteger(value) || Number.isSafeInteger(value);
    return exact
      ? undefined
      : { path: '', message: 'is an integer beyond 2^53-1; send it as a string' };
  }
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
      findInText(key) ?? findUnstorable((value as Record<string, unknown>)[key], depth + 1);
    if (found) return { ...found, path: pathSegment(key) + found.path };
  }
  return undefined;
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
