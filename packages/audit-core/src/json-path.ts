/** JSON paths: the one notation in which errors say which value they are about. */

/** Joins keys and indexes to a path from `$`: `['targets', 0, 'odd name']` becomes `$.targets[0]["odd name"]`. */
export function jsonPath(keys: readonly PropertyKey[]): string {
  return `$${keys.map(pathSegment).join('')}`;
}

/** One step of a path: `.name`, `["odd name"]` or `[3]`. */
export function pathSegment(key: PropertyKey): string {
  if (typeof key === 'number') return `[${key}]`;
  const name = String(key);
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
}
