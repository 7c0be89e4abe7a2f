/** Message templates: data and not functions, so that a sentence can be sent, stored and translated. */

/**
 * Fills a template from an event. `{details.apiName}` is the value at a path; `{details.languages|list}` joins a list
 * ("go, java and php"); `{details.languages|count:language:languages}` counts it ("3 languages");
 * `{targets.0.name|or:targets.0.id}` takes the next path when a value is missing. A value that is missing
 * altogether, say because it was erased, shows as `…`.
 */
export function renderMessage(template: string, event: unknown): string {
  return template.replaceAll(/\{([^{}]+)\}/g, (_, expression: string) =>
    evaluate(expression, event),
  );
}

/**
 * Like `renderMessage` for a link: values are URL-encoded. Undefined when a value is missing or would climb to another
 * page (`..`), and when the template begins neither with a single `/` nor with `https://` and a host.
 */
export function renderPath(template: string, event: unknown): string | undefined {
  if (!safeStart.test(template)) return undefined;
  let complete = true;
  const path = template.replaceAll(/\{([^{}]+)\}/g, (_, expression: string) => {
    const value = evaluate(expression, event);
    if (value === missing || value === '.' || value === '..') complete = false;
    return encodeURIComponent(value.toWellFormed());
  });
  return complete ? path : undefined;
}

/**
 * Nothing that runs (`javascript:`), and no host that a value chooses: browsers read `//host` and `/\host` as one too.
 */
const safeStart = /^(?:\/(?![/\\\s])|https:\/\/[^/{}\\?#]+\/)/;

const missing = '…';

function evaluate(expression: string, event: unknown): string {
  const [path = '', filter = ''] = expression.split('|');
  const value = valueAt(event, path);
  const [name, ...args] = filter.split(':');
  switch (name) {
    case '':
    case undefined:
      return asText(value);
    case 'list':
      return Array.isArray(value) ? joined(value.map(asText)) : asText(value);
    case 'count': {
      const count = Array.isArray(value) ? value.length : Number(value ?? Number.NaN);
      return Number.isFinite(count) ? `${count} ${count === 1 ? args[0] : args[1]}` : missing;
    }
    case 'or':
      return asText(value ?? valueAt(event, args[0] ?? ''));
    default:
      throw new Error(`Unknown filter "${name}" in a message template; use list, count or or.`);
  }
}

function valueAt(event: unknown, path: string): unknown {
  let value = event;
  for (const key of path.split('.')) {
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
