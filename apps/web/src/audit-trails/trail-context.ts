/** The listed events, for the drawer's previous and next buttons. */

import { createContext } from 'react';
import type { TrailEvent } from '@liblab/audit-core';

export const TrailContext = createContext<{ events: TrailEvent[]; organizationId: string }>({
  events: [],
  organizationId: '',
});
