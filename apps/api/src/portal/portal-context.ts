/** The services that the Portal's operations need. */

import type { AccessContext } from '../access/authenticate.ts';
import type { JobsContext } from '../jobs/job-queue.ts';
import type { ActContext } from '../trail/record/record-act.ts';
import type { ActorRefs } from '../trail/store/actor-refs.ts';

export interface PortalContext extends AccessContext, ActContext, JobsContext {
  actorRefs: ActorRefs;
}
