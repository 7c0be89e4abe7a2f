/** The address that a request comes from. */

import { isIP } from 'node:net';
import type { Request } from 'express';

/**
 * The socket's address, or the address that a trusted proxy forwards, without port or zone; an IPv4-mapped IPv6 address
 * becomes IPv4. Undefined when the proxy forwards something that is not an IP address.
 */
export function clientAddress({ ip = '' }: Pick<Request, 'ip'>): string | undefined {
  const [, bracketed] = /^\[([^\]]*)\](?::\d+)?$/.exec(ip) ?? [];
  const [, v4] = /^(?:::ffff:)?(\d+\.\d+\.\d+\.\d+)(?::\d+)?$/i.exec(bracketed ?? ip) ?? [];
  const address = v4 ?? (bracketed ?? ip).split('%', 1)[0] ?? '';
  return isIP(address) > 0 ? address : undefined;
}
