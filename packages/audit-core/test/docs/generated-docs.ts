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
    'A request that fails as a whole answers the HTTP status and `{"error": {"code", "message", "path"?, "requestId"}}`; over tRPC the same stand in the error and its `data`. The ingest door also answers a code for each rejected event, in its result, while the request is a 200. The message says what, the limit and the next step. `path` is a JSON path of the offending value. `requestId`, also the header `x-request-id`, finds the cause in the log.',
    '',
    '| code | HTTP status | meaning |',
    '| --- | --- | --- |',
    ...rows,
    '',
    'This page is made from `packages/audit-core/src/errors.ts` by `npm run docs -w packages/audit-core`; the pages of the codes are written by hand.',
    '',
  ].join('\n');
}
