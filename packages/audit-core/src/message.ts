/** Message templates: data rather than functions, so sentences can be sent, stored and translated. */

import { parseTemplate, type Expression } from './template.ts';

/**
 * Fills a template from an event. `{details.apiName}` is the value at a path; `{details.languages|list}` joins a list
 * ("go, java and php"); `{details.languages|count:language:languages}` counts it ("3 languages");
 * `{targets.0.name|or:targets.0.id}` falls back to a second path. A missing value, for instance an erased one, renders
 * as `…`. Never throws for JSON events: `defineEvent` rejects an unknown filter, and here it shows the plain value.
 */
export function renderMessage(template: string, event: unknown): string {
  let text = '';
  for (const part of parseTemplate(template)) {
    text += typeof part === 'string' ? part : evaluate(part, event);
  }
  return text;
}

/**
 * Fills a template for a link, URL-encoding the values. Undefined when a value is missing or would change the path's
 * depth (`..`), or when the template is neither a path of the Portal nor an `https://` address with a fixed host.
 */
export function renderPath(template: string, event: unknown): string | undefined {
  if (!safeStart.test(template)) return undefined;
  let path = '';
  for (const part of parseTemplate(template)) {
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
const safeStart = /^(?:https:\/\/[\w-]+(?:\.[\w-]+)*(?::\d{1,5})?)?\/(?![/\\\s])/;

const missing = '…';

function evaluate({ path, filter, args }: Expression, event: unknown): string {
  const value = valueAt(event, path);
  switch (filter) {
    case 'list':
      return Array.isArray(value) ? joinWords(value.map(asText)) : asText(value);
    case 'count': {
      const count = Array.isArray(value) ? value.length : value;
      if (typeof count !== 'number') return missing;
      return `${count} ${(count === 1 ? args[0] : args[1]) ?? ''}`.trimEnd();
    }
    case 'or':
      return asText(value ?? valueAt(event, (args[0] ?? '').split('.')));
    default:
      return asText(value);
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
