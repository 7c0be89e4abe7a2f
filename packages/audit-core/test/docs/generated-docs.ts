/** The pages under docs/ that are generated from this package, with their content. */

import { join } from 'node:path';
import { errorCodes, type ErrorCode } from '../../src/index.ts';
import { publishedCatalogue } from '../snapshot/snapshot-file.ts';
import { renderCatalogue } from './render-catalogue.ts';

const docs = join(import.meta.dirname, '../../../../docs');

/** One page per error code, written by hand; each starts with `errorHeading`. */
export const errorsFolder = join(docs, 'errors');

/** Contents by file. */
export const generatedDocs: Readonly<Record<string, string>> = {
  [join(docs, 'catalogue.md')]: renderCatalogue(publishedCatalogue),
  [join(errorsFolder, 'README.md')]: renderErrors(),
};

/** The first lines of an error code's page. */
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
    'A failed request returns the HTTP status and `{"error": {"code", "message", "path"?, "requestId"}}`; over tRPC, the same fields are in the error and its `data`. When the ingest API rejects single events, the status is 200 and each rejected event has a code in its result. The message says what is wrong, the limit and the next step. `path` is the JSON path of the invalid value. Use `requestId`, also sent as the header `x-request-id`, to find the cause in the log.',
    '',
    '| code | HTTP status | meaning |',
    '| --- | --- | --- |',
    ...rows,
    '',
    '`npm run docs -w packages/audit-core` generates this page from `packages/audit-core/src/errors.ts`. The pages of the codes are written by hand.',
    '',
  ].join('\n');
}
