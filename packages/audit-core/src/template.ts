/** `parseTemplate`: a message template as texts and expressions; `renderMessage` explains the notation. */

/** `{path|filter:arg:arg}` */
export interface Expression {
  /** As written, without the braces. */
  source: string;
  path: readonly string[];
  /** Empty when the expression has no filter. */
  filter: string;
  args: readonly string[];
}

/** The template as alternating texts and expressions, beginning with a text. */
export type Template = readonly (string | Expression)[];

const parsed = new Map<string, Template>();
/** More templates than any catalogue has; the cache is cleared beyond it. */
const parsedMax = 1_000;

export function parseTemplate(template: string): Template {
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

function parseExpression(source: string): Expression {
  const bar = source.indexOf('|');
  const [filter = '', ...args] = bar < 0 ? [] : source.slice(bar + 1).split(':');
  const path = bar < 0 ? source : source.slice(0, bar);
  return { source, path: path.split('.'), filter, args };
}
