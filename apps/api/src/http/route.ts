/** HTTP routes outside tRPC. Every route declares who may call it. */

import type { Permission } from '@liblab/audit-core';
import type { Express, Request, RequestHandler, Response } from 'express';
import { authenticate, type AccessContext } from '../access/authenticate.ts';
import {
  authorize,
  authorizeKey,
  requireSession,
  type Access,
  type Grant,
} from '../access/authorize.ts';
import { checkOrigin } from '../access/check-origin.ts';
import type { KeyPrincipal, UserPrincipal } from '../access/principal.ts';
import type { Records } from './records.ts';

/** A GET declares `records` only when it records events. */
type Recording = { method: 'get'; records?: Records } | { method: 'post'; records: Records };

type Shape<A extends Access, Context> = Recording & {
  /** An Express path. The organisation is its parameter `organizationId`, else that of the query string. */
  path: string;
  access: A;
  handler: (ctx: Context, req: Request, res: Response) => void | Promise<void>;
};

interface RouteContext {
  requestId: string;
}

/** A route for one organisation, which its context holds. */
type PermittedRoute = Shape<Permission, RouteContext & Grant> & { organization?: never };

/** A route whose items each name their organisation: the handler must check every item against the key's organisations. */
type ItemsRoute = Shape<Permission, RouteContext & { principal: KeyPrincipal }> & {
  organization: 'items';
};

type PublicRoute = Shape<'public', RouteContext>;
type SessionRoute = Shape<'session', RouteContext & { principal: UserPrincipal }>;

export type Route = PublicRoute | SessionRoute | PermittedRoute | ItemsRoute;

/** Types a route's handler by its access; `serveRoutes` serves the route. */
export function declareRoute(route: PublicRoute): Route;
export function declareRoute(route: SessionRoute): Route;
export function declareRoute(route: ItemsRoute): Route;
export function declareRoute(route: PermittedRoute): Route;
export function declareRoute(route: Route): Route {
  return route;
}

const declarations = new WeakMap<object, Route>();

/** The declaration of a handler in Express's stack; undefined for a route that was added without one. */
export function declarationOf(handler: object): Route | undefined {
  return declarations.get(handler);
}

/** Adds routes to the application. A caller without the declared access never reaches the handler. */
export function serveRoutes(app: Express, access: AccessContext, routes: readonly Route[]): void {
  for (const route of routes) {
    const handler: RequestHandler = async (req, res) => {
      // Access is decided for each request, so no cache may store the response.
      if (route.access !== 'public') res.setHeader('cache-control', 'private, no-store');
      await run(route, access, req, res);
    };
    declarations.set(handler, route);
    app[route.method](route.path, handler);
  }
}

async function run(
  route: Route,
  access: AccessContext,
  req: Request,
  res: Response,
): Promise<void> {
  const base = { requestId: String(res.getHeader('x-request-id')) };
  const changes = route.method !== 'get';
  if (isPublic(route)) {
    if (changes) checkOrigin(access.config, req, { required: false });
    return route.handler(base, req, res);
  }
  const principal = await authenticate(access, req);
  if (changes && principal.kind === 'user') checkOrigin(access.config, req, { required: true });
  if (isSession(route)) {
    return route.handler({ ...base, principal: requireSession(principal) }, req, res);
  }
  if (route.organization === 'items') {
    return route.handler({ ...base, principal: authorizeKey(principal, route.access) }, req, res);
  }
  const requestedId = req.params['organizationId'] ?? req.query['organizationId'];
  const grant = authorize(principal, route.access, requestedId);
  return route.handler({ ...base, ...grant }, req, res);
}

function isPublic(route: Route): route is PublicRoute {
  return route.access === 'public';
}

function isSession(route: Route): route is SessionRoute {
  return route.access === 'session';
}
