/** Message templates: data rather than functions, so sentences can be sent, stored and translated. */

/**
 * Fills a template from an event. `{details.apiName}` is the value at a path; `{details.languages|list}` joins a list
 * ("go, java and php"); `{details.languages|count:language:languages}` counts it ("3 languages");
 * `{targets.0.name|or:targets.0.id}` falls back to a second path. A missing value, for instance an erased one, renders
 * as `…`.
 * @throws Error on a filter other than these
 */
export function renderMessage(template: string, event: unknown): string {
  let text = '';
  for (const part of partsOf(template)) {
    text += typeof part === 'string' ? part : evaluate(part, event);
  }
  return text;
}

/**
 * Fills a template for a link, URL-encoding the values. Undefined when a value is missing or would change the path's
 * depth (`..`), or when the template starts with neither a single `/` nor `https://` and a host.
 * @throws Error on an unknown filter
 */
export function renderPath(template: string, event: unknown): string | undefined {
  if (!safeStart.test(template)) return undefined;
  let path = '';
  for (const part of partsOf(template)) {
    if (typeof part === 'string') {
      path += part;
      continue;
    }
    const value = evaluate(part, event);
    if (value === missing || value === '.' || value === '..') return undefined;
    path += encodeURIComponent(value.toWellFormed());
  }
  return path;
}

/**
 * Excludes URLs that run code (`javascript:`) and hosts chosen by a value: browsers treat `//host` and `/\host` as hosts.
 */
const safeStart = /^(?:\/(?![/\\\s])|https:\/\/[^/{}\\?#]+\/)/;

const missing = '…';

/** `{path|filter:arg:arg}` */
interface Expression {
  path: readonly string[];
  filter: string;
  args: readonly string[];
}

const parsed = new Map<string, readonly (string | Expression)[]>();
/** More templates than any catalogue has; the cache is cleared beyond it. */
const parsedMax = 1_000;

/** The template as alternating texts and expressions. */
function partsOf(template: string): readonly (string | Expression)[] {
  let parts = parsed.get(template);
  if (!parts) {
    parts = template
      .split(/\{([^{}]+)\}/)
      .map((part, index) => (index % 2 === 0 ? part : parseExpression(part)));
    if (parsed.size >= parsedMax) parsed.clear();
    parsed.set(template, parts);
  }
  return parts;
}

function parseExpression(text: string): Expression {
  const [path = '', filter = ''] = text.split('|');
  const [name = '', ...args] = filter.split(':');
  return { path: path.split('.'), filter: name, args };
}

function evaluate({ path, filter, args }: Expression, event: unknown): string {
  const value = valueAt(event, path);
  switch (filter) {
    case '':
      return asText(value);
    case 'list':
      return Array.isArray(value) ? joinWords(value.map(asText)) : asText(value);
    case 'count': {
      const count = Array.isArray(value) ? value.length : Number(value ?? Number.NaN);
      return Number.isFinite(count) ? `${count} ${count === 1 ? args[0] : args[1]}` : missing;
    }
    case 'or':
      return asText(value ?? valueAt(event, (args[0] ?? '').split('.')));
    default:
      throw new Error(
        `Unknown filter "${filter}" in a message template. Use "list", "count" or "or".`,
      );
  }
}

function valueAt(event: unknown, path: readonly string[]): unknown {
  let value = event;
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<string, unknown>)[key];
  }
  return value;
}

function asText(value: unknown): string {
  if (value === undefined || value === null || value === '') return missing;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function joinWords(words: string[]): string {
  return words.length < 2
    ? (words[0] ?? missing)
    : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}
