/** The services that identity operations need. */

import type { PortalContext } from '../portal-context.ts';
import type { Auth } from './auth.ts';

export interface IdentityContext extends PortalContext {
  auth: Auth;
}
