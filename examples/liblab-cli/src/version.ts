/** The version of this command, and what it says of itself to the Portal. */

import { readFileSync } from 'node:fs';

export const { version } = JSON.parse(
  readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
) as { version: string };

/** The Portal records the first part as the tool that acted, and its version. */
export const userAgent = `liblab-cli/${version} (${process.platform}-${process.arch}) node/${process.versions.node}`;
