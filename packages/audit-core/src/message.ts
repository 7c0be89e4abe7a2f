/** Message templates: data and not functions, so that a sentence can be sent, stored and translated. */

/**
 * Fills a template from an event. `{details.apiName}` is the value at a path; `{details.languages|list}` joins a list
 * ("go, java and php"); `{details.languages|count:language:languages}` counts it ("3 languages");
 * `{targets.0.name|or:targets.0.id}` takes the next path when a value is missing. A value that is missing
 * altogether, say because it was erased, shows as `…`.
 */
export function renderMessage(template: string, event: unknown): string {
  let text = '';
  for (const part of partsOf(template)) {
    text += typeof part === 'string' ? part : evaluate(part, event);
  }
  return text;
}

/**
 * Like `renderMessage` for a link: values are URL-encoded. Undefined when a value is missing or would climb to another
 * page (`..`), and when the template begins neither with a single `/` nor with `https://` and a host.
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
 * Nothing that runs (`javascript:`), and no host that a value chooses: browsers read `//host` and `/\host` as one too.
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
/** More than all catalogues have; beyond it all are forgotten and parsed again. */
const parsedMax = 1_000;

/** The template's texts and, between them, its expressions. */
function partsOf(template: string): readonly (string | Expression)[] {
  let parts = parsed.get(template);
  if (!parts) {
    parts = template
      .split(/\{([^{}]+)\}/)
      .map((part, place) => (place % 2 === 0 ? part : parseExpression(part)));
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
      return Array.isArray(value) ? joined(value.map(asText)) : asText(value);
    case 'count': {
      const count = Array.isArray(value) ? value.length : Number(value ?? Number.NaN);
      return Number.isFinite(count) ? `${count} ${count === 1 ? args[0] : args[1]}` : missing;
    }
    case 'or':
      return asText(value ?? valueAt(event, (args[0] ?? '').split('.')));
    default:
      throw new Error(`Unknown filter "${filter}" in a message template; use list, count or or.`);
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

function joined(words: string[]): string {
  return words.length < 2
    ? (words[0] ?? missing)
    : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}
