/** The routes with which tools register builds and report pull requests. */

import type { Request } from 'express';
import { authenticate } from '../../access/authenticate.ts';
import { authorize, type Grant } from '../../access/authorize.ts';
import { rowNumberOf } from '../../http/numbered.ts';
import { readJsonBody } from '../../http/read-json-body.ts';
import { declareRoute, type Route } from '../../http/route.ts';
import { sourceOf } from '../../access/source.ts';
import { reportBytesMax, requestBytesMax } from './build-spec.ts';
import { registerBuild } from './register-build.ts';
import type { PortalContext } from '../portal-context.ts';
import { reportPullRequest } from './report-pull-request.ts';

export function buildRoutes(services: PortalContext): readonly Route[] {
  return [
    declareRoute({
      method: 'post',
      path: '/api/v1/builds',
      access: 'builds:register',
      records: ['user.build', 'user.create_api'],
      async handler({ organizationId, requestId }, req, res) {
        const body = await readJsonBody(req, requestBytesMax);
        const { principal } = await authorizeAgain(services, req, organizationId);
        const source = sourceOf(principal, req, requestId);
        const registered = await registerBuild(services, source, organizationId, body);
        const origin = services.config.publicUrl ?? `${req.protocol}://${req.get('host')}`;
        res.status(201).json({ ...registered, url: `${origin}/builds/${registered.build.id}` });
      },
    }),
    declareRoute({
      method: 'post',
      path: '/api/v1/builds/:id/pull-requests',
      access: 'builds:register',
      records: ['user.published_pr', 'user.publish_pr_failure'],
      async handler({ organizationId, requestId }, req, res) {
        const body = await readJsonBody(req, reportBytesMax);
        const { principal } = await authorizeAgain(services, req, organizationId);
        const source = sourceOf(principal, req, requestId);
        const build = { organizationId, buildId: rowNumberOf(String(req.params['id'])) };
        res.status(201).json(await reportPullRequest(services, source, build, body));
      },
    }),
  ];
}

/** Reading a body can take half a minute, in which the key may have been revoked. */
async function authorizeAgain(
  services: PortalContext,
  req: Request,
  organizationId: string,
): Promise<Grant> {
  const principal = await authenticate(services, req);
  return authorize(principal, 'builds:register', organizationId);
}
