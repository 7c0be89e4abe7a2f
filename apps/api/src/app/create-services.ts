/** The one constructor: wires all parts for the service, its tests, the demo, the benchmark and the commands. */

import type { Logger } from 'pino';
import { deriveKey } from '../access/derive-key.ts';
import type { Config } from '../config.ts';
import { openDatabase, type DatabaseOptions } from '../db/database.ts';
import { createJobQueue } from '../jobs/job-queue.ts';
import { createAuth } from '../portal/identity/auth.ts';
import type { IdentityContext } from '../portal/identity/identity-context.ts';
import { createKeyFinder } from '../portal/keys/find-key.ts';
import { openInbox, type Inbox } from '../portal/mail/inbox.ts';
import { createMailer } from '../portal/mail/mailer.ts';
import { loadCatalogue } from '../trail/catalogue/load-catalogue.ts';
import { createLagMetric } from '../trail/follow/lag-metric.ts';
import { followTrails, type Following } from '../trail/follow/follow-trails.ts';
import type { Follower } from '../trail/follow/follower.ts';
import { followers as allFollowers } from '../trail/follow/followers.ts';
import { appendActs } from '../trail/ingest/append-acts.ts';
import type { IngestContext } from '../trail/ingest/append-events.ts';
import { createSequencer } from '../trail/ingest/sequencer.ts';
import { createWriteBatch, type WriteBatchOptions } from '../trail/ingest/write-batch.ts';
import { relayOutbox, type Relay } from '../trail/record/relay-outbox.ts';
import { createActorRefs } from '../trail/store/actor-refs.ts';
import { jobs as jobList } from './jobs.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import { createReadiness, type Readiness } from './readiness.ts';

export interface Services extends IdentityContext, IngestContext {
  log: Logger;
  metrics: Metrics;
  readiness: Readiness;
  relay: Relay;
  following: Following;
  /** Undefined when mail goes to a mail server, or nowhere. */
  inbox: Inbox | undefined;
  /**
   * Starts the background work: the relay, the followers and the jobs. Links in mail begin with `url`, the address at
   * which people reach the service.
   */
  start(url: string): Promise<void>;
  /** Finishes accepted work, then closes the database. */
  stop(): Promise<void>;
}

export interface Overrides {
  /** How to connect; the configuration's database when absent. */
  database?: Partial<DatabaseOptions>;
  /** Milliseconds since 1970; this machine's clock when absent. */
  clock?: () => number;
  /** The time at which an event counts as logged; the database's clock when absent. Only for the demo. */
  loggedAt?: WriteBatchOptions['loggedAt'];
  /** The followers to run and how often they sweep; every follower, at its own pace, when absent. For tests. */
  following?: { followers: readonly Follower[]; sweepMs?: number };
}

/** Wires everything; nothing runs in the background before `start`. */
export async function createServices(
  config: Config,
  log: Logger,
  {
    database,
    clock = Date.now,
    loggedAt,
    following: { followers, ...pace } = { followers: allFollowers },
  }: Overrides = {},
): Promise<Services> {
  const db = openDatabase({
    url: config.databaseUrl ?? '',
    onError: (error) => log.warn({ err: error }, 'a database connection failed'),
    ...database,
  });
  const catalogue = await loadCatalogue(config.catalogueModules);
  const actorRefs = createActorRefs(deriveKey(config.secret, 'actors'));
  const contentKey = deriveKey(config.secret, 'content');
  const metrics = createMetrics({ pool: db.pool, clock, load: () => sequencer.load });
  createLagMetric({ pool: db.pool, clock, followers, registers: [metrics.registry] });
  const following = followTrails(followers, { pool: db.jobs, catalogue, log, ...pace });
  const writeBatch = createWriteBatch({
    writers: db.writers,
    actorRefs,
    clock,
    onCommit: (organizationId, events) => following.hint(organizationId, events),
    onDamage: (organizationId, error) =>
      log.error(
        { err: error, organizationId },
        'stored rows of a trail were changed from outside; verify the trail',
      ),
    ...(loggedAt ? { loggedAt } : {}),
  });
  const sequencer = createSequencer(
    async (organizationId, events) => {
      const stop = metrics.commitSeconds.startTimer();
      const results = await writeBatch(organizationId, events);
      stop();
      metrics.commitEvents.observe(events.length);
      return results;
    },
    (error) => {
      metrics.commitFailures.inc();
      log.warn({ err: error }, 'a commit failed; its emitters got 503');
    },
  );
  const relay = relayOutbox({
    pool: db.jobs,
    append: (acts) => appendActs({ catalogue, contentKey, sequencer }, acts),
    log,
  });
  const keys = createKeyFinder({ pool: db.pool, clock, log });
  const inbox = config.inbox ? await openInbox(clock) : undefined;
  const smtpUrl = config.smtpUrl ?? inbox?.smtpUrl;
  const jobs = createJobQueue({ pool: db.jobs, sequelize: db.sequelize, jobs: jobList, log });
  const services: Services = {
    config,
    log,
    clock,
    db,
    catalogue,
    actorRefs,
    contentKey,
    metrics,
    readiness: createReadiness(db.pool),
    sequencer,
    relay,
    following,
    keys,
    auth: createAuth({ config, db, log }),
    inbox,
    jobs,
    async start(url) {
      relay.start();
      following.start();
      if (smtpUrl === undefined)
        log.warn('SMTP_URL is not set: sign-up, password reset and invitations do not work');
      const mailer =
        smtpUrl === undefined
          ? undefined
          : await createMailer({ smtpUrl, from: config.mailFrom, url, secret: config.secret });
      await jobs.start({ ...services, mailer });
    },
    async stop() {
      // Runs from the last to the first, even if one of them fails.
      await using stack = new AsyncDisposableStack();
      stack.defer(() => db.close());
      stack.defer(() => keys.settled());
      stack.defer(() => inbox?.stop());
      stack.defer(() => following.stop());
      stack.defer(() => sequencer.drain());
      stack.defer(() => jobs.stop());
      stack.defer(() => relay.stop());
    },
  };
  return services;
}
