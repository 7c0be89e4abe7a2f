/** Where a request comes from. */

import { isIP } from 'node:net';
import type { Request } from 'express';

/**
 * The socket's address, or the one that a trusted proxy forwards: an IP address without port or zone, IPv4 as such.
 * Undefined when a proxy forwards something else.
 */
export function clientAddress({ ip = '' }: Pick<Request, 'ip'>): string | undefined {
  const [, bracketed] = /^\[([^\]]*)\](?::\d+)?$/.exec(ip) ?? [];
  const [, v4] = /^(?:::ffff:)?(\d+\.\d+\.\d+\.\d+)(?::\d+)?$/i.exec(bracketed ?? ip) ?? [];
  const address = v4 ?? (bracketed ?? ip).split('%', 1)[0] ?? '';
  return isIP(address) > 0 ? address : undefined;
}
