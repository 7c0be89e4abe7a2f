/** `describeSchema`: describes a detail's JSON Schema in words, including its limits. */

import type { JsonSchema } from '../snapshot/compare-schemas.ts';

/** For instance `text, 1 to 200 characters`. Unknown keywords are shown as JSON, so that nothing is omitted. */
export function describeSchema(schema: JsonSchema): string {
  const { type, format, minimum, maximum, minLength, maxLength, minItems, maxItems, ...more } =
    schema as JsonSchema & Bounds;
  const { enum: values, items, pattern, ...others } = more as Parts;
  const words = [
    values
      ? `one of ${values.map((value) => `\`${String(value)}\``).join(', ')}`
      : nameOf(type, format),
    range(minLength, maxLength, 'characters'),
    range(minimum, maximum === Number.MAX_SAFE_INTEGER ? undefined : maximum),
    range(minItems, maxItems, 'items'),
    format === 'includes' ? `containing \`${String(pattern)}\`` : pattern && `like \`${pattern}\``,
    items && `each ${describeSchema(items)}`,
    Object.keys(others).length > 0 && `\`${JSON.stringify(others)}\``,
  ];
  return words.filter(Boolean).join(', ');
}

type Bounds = Partial<
  Record<'minimum' | 'maximum' | 'minLength' | 'maxLength' | 'minItems' | 'maxItems', number>
>;
type Parts = { enum?: unknown[]; items?: JsonSchema; pattern?: string };

const names: Readonly<Record<string, string>> = {
  string: 'text',
  array: 'list',
  'date-time': 'ISO 8601 time with an offset',
  uri: 'URL',
};

function nameOf(type: unknown, format: unknown): string {
  const name = format === undefined || format === 'includes' ? type : format;
  return names[String(name)] ?? String(name);
}

function range(least: number | undefined, most: number | undefined, unit = ''): string {
  const numbers = [least, most].map((bound) => bound?.toLocaleString('en'));
  const words =
    least !== undefined && most !== undefined
      ? numbers.join(' to ')
      : (numbers[0] && `at least ${numbers[0]}`) || (numbers[1] && `at most ${numbers[1]}`);
  return words ? `${words} ${unit}`.trim() : '';
}
