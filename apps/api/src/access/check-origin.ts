/** Keeps other sites from acting with a visitor's cookie. */

import { AppError } from '@liblab/audit-core';
import type { Request } from 'express';
import { isLoopback, type Config } from '../config.ts';

/**
 * Throws `origin_not_allowed` unless the request comes from our own pages. Browsers send `Origin` with every request
 * that changes something; `required` also turns away a request with neither it nor `Sec-Fetch-Site`, which is
 * for those that a cookie authorises. Without a public URL the page's origin is the one it was asked under,
 * which on loopback must be a name of this machine: any other site can make its own name lead here.
 */
export function checkOrigin(
  { publicUrl, host: listening }: Pick<Config, 'publicUrl' | 'host'>,
  req: Pick<Request, 'headers' | 'protocol'>,
  { required }: { required: boolean },
): void {
  const { origin, host } = req.headers;
  const site = req.headers['sec-fetch-site'];
  const own = publicUrl === undefined ? `${req.protocol}://${host}` : new URL(publicUrl).origin;
  const allowed =
    (publicUrl !== undefined || !isLoopback(listening) || isLoopbackName(host)) &&
    (origin === undefined || origin === own) &&
    (site === undefined || site === 'same-origin') &&
    !(required && origin === undefined && site === undefined);
  if (!allowed) {
    throw new AppError(
      'origin_not_allowed',
      'The request comes from another site. Open this service at its own address, or use a key.',
    );
  }
}

function isLoopbackName(host = ''): boolean {
  const name = host.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');
  return isLoopback(name) || name.endsWith('.localhost');
}
