/** `portalAddress`: checks an address before passwords and tokens are sent to it. */

import { CliError } from './errors.ts';

/**
 * The origin of the Portal's address.
 * @throws CliError `usage` when it is not an origin, or would send secrets unencrypted
 */
export function portalAddress(text: string): string {
  if (!URL.canParse(text)) {
    throw new CliError(
      'usage',
      `"${text}" is not a valid address. Use one such as https://portal.example.com.`,
    );
  }
  const url = new URL(text);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url.hostname))) {
    throw new CliError(
      'usage',
      `The Portal's address must start with https://, because ${url.protocol}// would send secrets unencrypted. http:// is allowed for loopback addresses only.`,
    );
  }
  if (url.username || url.password || url.pathname !== '/' || url.search || url.hash) {
    throw new CliError(
      'usage',
      `The Portal's address must consist of scheme, host and port only, such as ${url.origin}.`,
    );
  }
  return url.origin;
}

function isLoopback(hostname: string): boolean {
  return (
    hostname === 'localhost' ||
    hostname.endsWith('.localhost') ||
    hostname === '[::1]' ||
    /^127\.\d+\.\d+\.\d+$/.test(hostname)
  );
}
