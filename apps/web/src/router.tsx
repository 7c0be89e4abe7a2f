/** Assembles the routes into the Portal's router. */

import type { QueryClient } from '@tanstack/react-query';
import { createRouter } from '@tanstack/react-router';
import { parseSearch, stringifySearch } from './address.ts';
import { apiRoute } from './routes/api.tsx';
import { apisRoute } from './routes/apis.tsx';
import { auditEventRoute } from './routes/audit-event.tsx';
import { auditTrailsRoute } from './routes/audit-trails.tsx';
import { buildRoute } from './routes/build.tsx';
import { buildsRoute } from './routes/builds.tsx';
import { documentRoute } from './routes/document.tsx';
import { forgotPasswordRoute } from './routes/forgot-password.tsx';
import { frameRoute } from './routes/frame.tsx';
import { homeRoute } from './routes/home.ts';
import { inboxRoute } from './routes/inbox.tsx';
import { invitationRoute } from './routes/invitation.tsx';
import { keysRoute } from './routes/keys.tsx';
import { memberRoute } from './routes/member.tsx';
import { membersRoute } from './routes/members.tsx';
import { resetPasswordRoute } from './routes/reset-password.tsx';
import { rootRoute } from './routes/root.tsx';
import { settingsRoute } from './routes/settings.tsx';
import { setupRoute } from './routes/setup.tsx';
import { signInRoute } from './routes/sign-in.tsx';
import { signUpRoute } from './routes/sign-up.tsx';
import { tokenRoute } from './routes/token.tsx';
import { tokensRoute } from './routes/tokens.tsx';
import { verifyEmailRoute } from './routes/verify-email.tsx';

const routeTree = rootRoute.addChildren([
  signInRoute,
  signUpRoute,
  verifyEmailRoute,
  forgotPasswordRoute,
  resetPasswordRoute,
  inboxRoute,
  setupRoute,
  invitationRoute,
  frameRoute.addChildren([
    homeRoute,
    auditTrailsRoute.addChildren([auditEventRoute]),
    apisRoute,
    apiRoute,
    buildsRoute,
    buildRoute,
    documentRoute,
    keysRoute,
    membersRoute,
    memberRoute,
    tokensRoute,
    tokenRoute,
    settingsRoute,
  ]),
]);

export function createPortalRouter(queryClient: QueryClient) {
  return createRouter({
    routeTree,
    context: { queryClient },
    parseSearch,
    stringifySearch,
    scrollRestoration: true,
    defaultPendingMs: 300,
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createPortalRouter>;
  }
}
