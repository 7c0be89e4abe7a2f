/** Rejects JSON that cannot be stored and hashed unchanged; runs before any schema. */

import { pathSegment } from './json-path.ts';
import { limits } from './limits.ts';

export interface Unstorable {
  /** JSON path relative to the checked value, such as `.details.name`; empty for the value itself. */
  path: string;
  message: string;
}

/**
 * Finds the first value that Postgres or canonical JSON (RFC 8785) would reject or change: U+0000, lone surrogates,
 * infinite numbers, integers beyond 2^53-1, keys named `__proto__`, and nesting beyond the limit.
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

/** JSON allows 1e400, which parses to Infinity. */
function findInNumber(value: number): Unstorable | undefined {
  if (!Number.isFinite(value)) {
    return { path: '', message: 'is not a finite number; send it as a string' };
  }
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
    return { path: '', message: 'is an integer beyond 2^53-1; send it as a string' };
  }
  return undefined;
}

/** Copying an object drops a key named `__proto__` or sets the copy's prototype. */
function findInKey(key: string): Unstorable | undefined {
  return key === '__proto__'
    ? { path: '', message: 'is a reserved name; rename it' }
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
