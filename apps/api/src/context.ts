/** What the slices are handed: made once by main.ts, or by a test. */

import type { KeyObject } from 'node:crypto';
import type { Catalogue } from '@liblab/audit-core';
import type { Logger } from 'pino';
import type { Config } from './config.ts';
import type { Database } from './db/database.ts';
import type { Readiness } from './health/readiness.ts';
import type { Auth } from './identity/auth.ts';
import type { ActorRefs } from './ingest/actor-refs.ts';
import type { Sequencer } from './ingest/sequencer.ts';
import type { Inbox } from './mail/inbox.ts';
import type { Metrics } from './metrics.ts';
import type { KeyFinder } from './keys/find-key.ts';
import type { Relay } from './relay/relay-outbox.ts';

export interface Services {
  config: Config;
  db: Database;
  auth: Auth;
  keys: KeyFinder;
  /** Brings what the Portal's acts recorded to the trail. */
  relay: Pick<Relay, 'wake'>;
  /** Undefined where messages leave the process, or none are sent. */
  inbox: Pick<Inbox, 'list'> | undefined;
  sequencer: Sequencer;
  /** By what the events of an actor are found. */
  actorRefs: ActorRefs;
  /** liblab's event types and those of the configured modules. */
  catalogue: Catalogue;
  /** Keys the content hashes of events. */
  contentKey: KeyObject;
  /** Milliseconds since 1970, this process's clock. */
  clock: () => number;
  log: Logger;
  metrics: Metrics;
  readiness: Readiness;
}
