/** Reads and writes search parameters as plain text that is readable in the address bar; lists are joined by commas. */

/** Every parameter as text; the last value of a repeated one. */
export function parseSearch(search: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(search));
}

/** The inverse, for strings and lists of strings. Undefined and empty values are left out. */
export function stringifySearch(values: Record<string, unknown>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) {
    const text = Array.isArray(value) ? value.join(',') : value;
    if (typeof text === 'string' && text !== '') query.set(name, text);
  }
  // A query may contain these unescaped, and people read and share addresses.
  const encoded = query
    .toString()
    .replaceAll('%2C', ',')
    .replaceAll('%3A', ':')
    .replaceAll('%40', '@')
    .replaceAll('%2F', '/');
  return encoded ? `?${encoded}` : '';
}

/** The path if it is on this site, else `/`: a sign-in link must not lead to another site. */
export function localPath(path: string | undefined): string {
  if (!path || !path.startsWith('/')) return '/';
  const base = 'http://portal.invalid';
  try {
    const url = new URL(path, base);
    return url.origin === base ? url.pathname + url.search + url.hash : '/';
  } catch {
    return '/';
  }
}
