/** Finds the qualifier that somebody may have meant. */

import { pathQualifiers } from './query.ts';

/** What other products call them. */
const otherNames: Readonly<Record<string, string>> = {
  action: 'type',
  author: 'actor',
  by: 'actor',
  changed: 'changes',
  date: 'after',
  detail: 'details',
  email: 'actor',
  event: 'type',
  from: 'after',
  host: 'ip',
  object: 'target',
  resource: 'target',
  result: 'outcome',
  seq: 'position',
  since: 'after',
  status: 'outcome',
  to: 'before',
  token: 'key',
  until: 'before',
  user: 'actor',
};

/** As it is written before a value, as in `type:`; undefined when none is near. */
export function suggestQualifier(name: string, qualifiers: readonly string[]): string | undefined {
  const charsMax = 20;
  if (name.length > charsMax) return undefined;
  const small = name.toLowerCase();
  const mistakesMax = small.length < 4 ? 1 : 2;
  const [nearest] = qualifiers
    .map((qualifier) => ({ qualifier, mistakes: distanceOf(small, qualifier) }))
    .filter(({ mistakes }) => mistakes <= mistakesMax)
    .sort((a, b) => a.mistakes - b.mistakes);
  const found = (Object.hasOwn(otherNames, small) && otherNames[small]) || nearest?.qualifier;
  if (!found) return undefined;
  return pathQualifiers.some((qualifier) => qualifier === found) ? `${found}.NAME:` : `${found}:`;
}

/** Levenshtein's distance: insertions, deletions and replacements that make one text the other. */
function distanceOf(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
