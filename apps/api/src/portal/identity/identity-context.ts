/** What signing in and out and accounts work with. */

import type { PortalContext } from '../portal-context.ts';
import type { Auth } from './auth.ts';

export interface IdentityContext extends PortalContext {
  auth: Auth;
}
