/** `explainIssue`: what a value must be, worded to follow the value's path: `$.details.size must be at least 1`. */

import type { z } from 'zod';

/** Pass it as `error` to zod's `safeParse`. A message that the schema itself gives takes precedence. */
export const explainIssue: z.core.$ZodErrorMap = (issue) => {
  switch (issue.code) {
    case 'invalid_type':
      return isMissing(issue)
        ? 'is required'
        : `must be ${typeNames[issue.expected] ?? issue.expected}`;
    case 'invalid_value':
      return isMissing(issue) ? 'is required' : `must be ${oneOf(issue.values)}`;
    case 'too_big':
      return bound(
        issue.origin,
        issue.exact,
        issue.inclusive ? 'at most' : 'less than',
        issue.maximum,
      );
    case 'too_small':
      if (units[issue.origin] && issue.minimum === 1) return 'must not be empty';
      return bound(
        issue.origin,
        issue.exact,
        issue.inclusive ? 'at least' : 'more than',
        issue.minimum,
      );
    case 'invalid_format':
      return formatNames[issue.format] && `must be ${formatNames[issue.format]}`;
    case 'unrecognized_keys':
      return `must not contain the unknown field ${JSON.stringify(issue.keys[0])}; remove it or fix its name`;
    case 'invalid_union':
      return Array.isArray(issue.options)
        ? `must be ${oneOf(issue.options)}`
        : 'does not have any of the allowed forms';
    default:
      return undefined;
  }
};

const typeNames: Readonly<Record<string, string>> = {
  string: 'a string',
  number: 'a number',
  int: 'an integer',
  boolean: 'true or false',
  array: 'an array',
  tuple: 'an array',
  object: 'an object',
  record: 'an object',
};

const formatNames: Readonly<Record<string, string>> = {
  datetime: 'a valid ISO 8601 time, such as 2026-01-31T09:30:00.000Z',
  email: 'an e-mail address',
  url: 'a URL',
  guid: 'a UUID',
  uuid: 'a UUID',
};

const units: Readonly<Record<string, string>> = { string: 'characters', array: 'items' };

function isMissing({ input }: { input?: unknown }): boolean {
  return input === undefined;
}

function oneOf(values: readonly unknown[]): string {
  const written = values.map((value) => JSON.stringify(value)).join(', ');
  return values.length === 1 ? written : `one of ${written}`;
}

function bound(
  origin: string,
  exact: boolean | undefined,
  comparison: string,
  limit: number | bigint,
): string {
  const unit = units[origin];
  const amount = `${exact ? 'exactly' : comparison} ${limit}`;
  return unit ? `must have ${amount} ${unit}` : `must be ${amount}`;
}
