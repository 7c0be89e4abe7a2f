/** The rows behind the drawer, for its previous and next. */

import { createContext } from 'react';
import type { TrailEvent } from '@liblab/audit-core';

export const TrailContext = createContext<{ events: TrailEvent[]; organizationId: string }>({
  events: [],
  organizationId: '',
});
