/** The version of this command, and the user agent it sends. */

import { readFileSync } from 'node:fs';

/** The version in package.json. */
export const { version } = JSON.parse(
  readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
) as { version: string };

/** The Portal records its first part as the tool and version that acted. */
export const userAgent = `liblab-cli/${version} (${process.platform}-${process.arch}) node/${process.versions.node}`;
