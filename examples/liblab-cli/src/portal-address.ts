/** The Portal's address, to which passwords and tokens may be sent. */

import { CliError } from './errors.ts';

/** The origin. Throws for what is no address, or would carry a secret in the clear. */
export function portalAddress(text: string): string {
  if (!URL.canParse(text)) {
    throw new CliError(
      'usage',
      `${text} is no address; the Portal's looks like https://portal.example.com.`,
    );
  }
  const url = new URL(text);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url.hostname))) {
    throw new CliError(
      'usage',
      `The Portal's address must begin with https://; ${url.protocol}// would send secrets in the clear. http:// is for loopback alone.`,
    );
  }
  if (url.username || url.password || url.pathname !== '/' || url.search || url.hash) {
    throw new CliError(
      'usage',
      `The Portal's address is only scheme, host and port, as in ${url.origin}.`,
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
