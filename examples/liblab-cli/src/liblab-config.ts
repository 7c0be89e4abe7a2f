/** Reads the fields of liblab.config.json that a build needs. The file may contain comments and trailing commas. */

import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import {
  findNodeAtLocation,
  getNodeValue,
  parseTree,
  printParseErrorCode,
  type Node,
  type ParseError,
} from 'jsonc-parser';
import { z } from 'zod';
import { CliError } from './errors.ts';
import { languages, type Language } from './languages.ts';

const text = z.string().trim().min(1).max(200);
const language = z.enum(Object.keys(languages) as [Language, ...Language[]]);
/** Real configurations leave unused fields empty. */
const optionalText = z
  .string()
  .max(200)
  .transform((value) => value.trim() || undefined)
  .optional();

/** Other fields are for the SDK generators. */
const configSchema = z.object({
  sdkName: text,
  apiName: optionalText,
  specFilePath: z.string().min(1).max(2_000),
  sdkVersion: optionalText,
  languages: z.array(language).min(1),
  languageOptions: z
    .partialRecord(
      language,
      z.object({
        sdkVersion: optionalText,
        npmName: optionalText,
        npmOrg: optionalText,
        pypiPackageName: optionalText,
        goModuleName: optionalText,
        packageId: optionalText,
      }),
    )
    .default({}),
});

/** The configuration and the file it was read from. */
export type LiblabConfig = z.output<typeof configSchema> & { file: string };

/**
 * Reads the configuration.
 * @throws CliError `failed`, naming the line of the first problem
 */
export function readConfig(folder: string, name = 'liblab.config.json'): LiblabConfig {
  const file = resolve(folder, name);
  const content = read(file);
  const errors: ParseError[] = [];
  const tree = parseTree(content, errors, { allowTrailingComma: true });
  const [syntax] = errors;
  if (syntax || !tree) {
    const problem = syntax ? describe(syntax.error) : 'the file is empty';
    throw new CliError(
      'failed',
      `${place(file, content, syntax?.offset ?? 0)} is not valid JSON: ${problem}.`,
    );
  }
  const parsed = configSchema.safeParse(getNodeValue(tree), { error: explain });
  if (parsed.success) {
    return { ...parsed.data, languages: [...new Set(parsed.data.languages)], file };
  }
  const [issue] = parsed.error.issues;
  const path = (issue?.path ?? []) as (string | number)[];
  const where = place(file, content, nearest(tree, path).offset);
  throw new CliError('failed', `${where} ${z.core.toDotPath(['$', ...path])} ${issue?.message}.`);
}

/** `CommaExpected` becomes "comma expected". */
function describe(error: ParseError['error']): string {
  return printParseErrorCode(error)
    .replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ')
    .toLowerCase();
}

/** Words the problem to follow the value's path. */
const explain: z.core.$ZodErrorMap = (issue) => {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? 'is required' : `must be of type ${issue.expected}`;
    case 'invalid_value':
      return `must be one of ${issue.values.join(', ')}`;
    case 'too_small':
      return 'must not be empty';
    case 'too_big':
      return `must have at most ${issue.maximum} characters`;
    default:
      return 'is invalid';
  }
};

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new CliError(
      'failed',
      `Cannot read ${file} (${(error as NodeJS.ErrnoException).code}). Pass the configuration's path with --config.`,
      { cause: error },
    );
  }
}

/** The value at the path, or the closest existing parent. */
function nearest(tree: Node, path: (string | number)[]): Node {
  for (let depth = path.length; depth > 0; depth -= 1) {
    const node = findNodeAtLocation(tree, path.slice(0, depth));
    if (node) return node;
  }
  return tree;
}

/** `file:line:column`, which editors can open. */
function place(file: string, content: string, offset: number): string {
  const lines = content.slice(0, offset).split('\n');
  return `${file}:${lines.length}:${(lines.at(-1)?.length ?? 0) + 1}`;
}
