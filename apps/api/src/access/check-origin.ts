/** Protects cookie sessions against cross-site requests. */

import { AppError } from '@liblab/audit-core';
import type { Request } from 'express';
import { isLoopback, type Config } from '../config.ts';

/**
 * Checks that a request comes from this service's own pages. Browsers send `Origin` with every request that changes
 * something. With `required`, for requests authorised by a cookie, a request with neither `Origin` nor `Sec-Fetch-Site`
 * is also rejected. Without a public URL, the expected origin is the request's own Host. On loopback this Host must be
 * a loopback name: any other site could point its own name at this machine (DNS rebinding).
 *
 * @throws AppError `origin_not_allowed`
 */
export function checkOrigin(
  { publicUrl, host: listenHost }: Pick<Config, 'publicUrl' | 'host'>,
  req: Pick<Request, 'headers' | 'protocol'>,
  { required }: { required: boolean },
): void {
  const { origin, host } = req.headers;
  const site = req.headers['sec-fetch-site'];
  const own = publicUrl === undefined ? `${req.protocol}://${host}` : new URL(publicUrl).origin;
  const allowed =
    (publicUrl !== undefined || !isLoopback(listenHost) || isLoopbackName(host)) &&
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
