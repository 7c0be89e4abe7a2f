/** How search parameters are written: plain text, lists joined by commas, readable in the address bar. */

/** Every parameter as text; of a repeated one, the last. */
export function parseSearch(search: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(search));
}

/** The inverse, for strings and lists of them; what is undefined or empty is left out. */
export function stringifySearch(values: Record<string, unknown>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) {
    const text = Array.isArray(value) ? value.join(',') : value;
    if (typeof text === 'string' && text !== '') query.set(name, text);
  }
  // These are allowed in a query, and people read and share addresses.
  const written = query
    .toString()
    .replaceAll('%2C', ',')
    .replaceAll('%3A', ':')
    .replaceAll('%40', '@')
    .replaceAll('%2F', '/');
  return written ? `?${written}` : '';
}

/** The path if it leads somewhere on this site, else `/`: a sign-in link must not lead away. */
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
