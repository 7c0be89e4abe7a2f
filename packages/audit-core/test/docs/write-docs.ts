/** `npm run docs -w packages/audit-core`: writes the generated pages. */

import { writeFileSync } from 'node:fs';
import { generatedDocs } from './generated-docs.ts';

for (const [file, text] of Object.entries(generatedDocs)) {
  writeFileSync(file, text);
  process.stdout.write(`${file} is up to date.\n`);
}
