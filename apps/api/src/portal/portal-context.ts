/** What the Portal's operations work with. */

import type { AccessContext } from '../access/authenticate.ts';
import type { ActContext } from '../trail/record/record-act.ts';
import type { ActorRefs } from '../trail/store/actor-refs.ts';

export interface PortalContext extends AccessContext, ActContext {
  actorRefs: ActorRefs;
}
