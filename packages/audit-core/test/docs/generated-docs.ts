/** The pages under docs/ that are made from this package's code: where they lie and what they should hold. */

import { join } from 'node:path';
import { errorCodes, type ErrorCode } from '../../src/index.ts';
import { publishedCatalogue } from '../snapshot/snapshot-file.ts';
import { renderCatalogue } from './render-catalogue.ts';

const docs = join(import.meta.dirname, '../../../../docs');

/** One page for each code, written by hand; its beginning is `errorHeading`. */
export const errorsFolder = join(docs, 'errors');

/** Texts by file. */
export const generatedDocs: Readonly<Record<string, string>> = {
  [join(docs, 'catalogue.md')]: renderCatalogue(publishedCatalogue),
  [join(errorsFolder, 'README.md')]: renderErrors(),
};

/** How the page of a code begins. */
export function errorHeading(code: ErrorCode): string {
  const { status, title } = errorCodes[code];
  return `# ${code}\n\n**${title}.** HTTP ${status}.\n\n`;
}

function renderErrors(): string {
  const rows = Object.entries(errorCodes).map(
    ([code, { status, title }]) => `| [\`${code}\`](${code}.md) | ${status} | ${title} |`,
  );
  return [
    '# Error codes',
    '',
    'A request that fails as a whole answers with the HTTP status and `{"error": {"code", "message", "path"?, "requestId"}}`; over tRPC the same values are in the error and its `data`. `POST /api/v1/events` answers 200 and gives each rejected event a code in its own result. The message says what is wrong, the limit and the next step. `path` is the JSON path of the offending value. `requestId`, also in the header `x-request-id`, finds the cause in the log.',
    '',
    '| code | HTTP status | meaning |',
    '| --- | --- | --- |',
    ...rows,
    '',
    '`npm run docs -w packages/audit-core` generates this page from `packages/audit-core/src/errors.ts`. The pages of the codes are written by hand.',
    '',
  ].join('\n');
}
