/** One spelling for JSON whose members came in any order. */

import type { Json } from '@liblab/audit-core';

/**
 * JSON with the members of every object in one order: two values have the same text exactly if RFC 8785 gives them the
 * same, and the texts are of one length. Nobody else reads it, so it needs not be RFC 8785's own, at twice the cost.
 */
export function sortedJson(value: unknown): string {
  return JSON.stringify(sortMembers(value as Json));
}

function sortMembers(value: Json): Json {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(sortMembers);
  const sorted: Record<string, Json> = {};
  // A member named `__proto__` does not come through the door.
  for (const name of Object.keys(value).sort()) sorted[name] = sortMembers(value[name] as Json);
  return sorted;
}
