/** Health and metrics. */

import { AppError } from '@liblab/audit-core';
import type { Metrics } from './metrics.ts';
import type { Readiness } from './readiness.ts';
import { declareRoute, type Route } from '../http/route.ts';

export interface HealthContext {
  readiness: Readiness;
  metrics: Metrics;
}

export function healthRoutes(services: HealthContext): readonly Route[] {
  return [
    declareRoute({
      method: 'get',
      path: '/healthz',
      access: 'public',
      handler(_ctx, _req, res) {
        res.json({ status: 'ok' });
      },
    }),
    declareRoute({
      method: 'get',
      path: '/readyz',
      access: 'public',
      async handler(_ctx, _req, res) {
        const why = await services.readiness.whyNot();
        if (why) throw new AppError('unavailable', `Not ready: ${why}.`, { retryAfterSeconds: 1 });
        res.json({ status: 'ready' });
      },
    }),
    declareRoute({
      method: 'get',
      path: '/metrics',
      access: 'public',
      async handler(_ctx, req, res) {
        // A forwarded request comes from elsewhere, even if the proxy is on this machine.
        if (
          !isLoopbackAddress(req.socket.remoteAddress) ||
          forwardingHeaders.some((name) => req.headers[name] !== undefined)
        ) {
          throw new AppError('not_found', `There is no page or route at ${req.path}.`);
        }
        res.setHeader('content-type', services.metrics.registry.contentType);
        res.end(await services.metrics.registry.metrics());
      },
    }),
  ];
}

const forwardingHeaders = ['x-forwarded-for', 'forwarded', 'x-real-ip', 'via'];

function isLoopbackAddress(address: string | undefined): boolean {
  return address === '::1' || (address?.replace(/^::ffff:/, '').startsWith('127.') ?? false);
}
