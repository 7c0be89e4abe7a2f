/** Canonical JSON: the same text whatever the order of an object's members. */

import type { Json } from '@liblab/audit-core';

/**
 * JSON with sorted members. Two values have the same text exactly when their RFC 8785 texts are equal. It is only
 * compared within this service, so it does not need RFC 8785's exact format, which costs twice as much.
 */
export function sortedJson(value: unknown): string {
  return JSON.stringify(sortMembers(value as Json));
}

function sortMembers(value: Json): Json {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(sortMembers);
  const sorted: Record<string, Json> = {};
  // Ingest rejects a member named `__proto__`.
  for (const name of Object.keys(value).sort()) sorted[name] = sortMembers(value[name] as Json);
  return sorted;
}
