/** The services needed to read a trail. */

import type { Catalogue } from '@liblab/audit-core';
import type { Database } from '../../db/database.ts';

export interface TrailContext {
  db: Database;
  /** liblab's event types and those of the configured modules. */
  catalogue: Catalogue;
}
