/** The whole service as one value: what main.ts runs, and what tests start and kill. */

import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import type { Logger } from 'pino';
import { serviceUrl, type Config } from './config.ts';
import type { Services } from './context.ts';
import { openDatabase } from './db/database.ts';
import { prepareEmbedded, prepareExternal } from './db/prepare-database.ts';
import type { Demo } from './demo/create-demo.ts';
import { deriveKey } from './derive-key.ts';
import { followTargets } from './events/follow-targets.ts';
import { loadCatalogue } from './events/load-catalogue.ts';
import { createReadiness } from './health/readiness.ts';
import { createAuth } from './identity/auth.ts';
import { readSetupToken } from './identity/create-first-owner.ts';
import { createActorRefs } from './ingest/actor-refs.ts';
import { appendActs } from './ingest/append-acts.ts';
import { createSequencer } from './ingest/sequencer.ts';
import { createWriteBatch } from './ingest/write-batch.ts';
import { createKeyFinder } from './keys/find-key.ts';
import { openInbox } from './mail/inbox.ts';
import { sendMails } from './mail/send-mails.ts';
import { createMetrics } from './metrics.ts';
import { startEmbeddedPostgres } from './postgres/embedded.ts';
import { relayOutbox } from './relay/relay-outbox.ts';
import { createHttpServer } from './server.ts';
import { startSigner } from './signer/start-signer.ts';

export interface Service {
  /** Where it listens, as in `http://127.0.0.1:4000`. */
  url: string;
  /** The line that tells a newcomer where to go and as whom. */
  greeting: string;
  /** Finishes what was accepted, then stops server, signer and database, in this order. */
  stop(): Promise<void>;
}

/** Connections that are still busy after this are cut. */
const stopWithinMs = 10_000;

/** Starts everything; resolves when it serves, throws when it cannot. */
export async function startService(config: Config, log: Logger): Promise<Service> {
  mkdirSync(config.dataDir, { recursive: true, mode: 0o700 });
  const postgres = config.databaseUrl
    ? undefined
    : await startEmbeddedPostgres({ dataDir: config.dataDir, log });
  const connections = postgres
    ? await prepareEmbedded(postgres.ownerUrl)
    : await prepareExternal(config.databaseUrl as string, config.production);

  const db = openDatabase({
    ...connections.api,
    onError: (error) => log.warn({ err: error }, 'a database connection broke'),
  });
  const catalogue = await loadCatalogue(config.catalogueModules);
  const follower = followTargets(db.jobs, catalogue, log);
  const metrics = createMetrics(db.pool, () => sequencer.load);
  const actorRefs = createActorRefs(deriveKey(config.secret, 'actors'));
  const writeBatch = createWriteBatch({
    writers: db.writers,
    actorRefs,
    clock: Date.now,
    onCommit: (organizationId, events) =>
      follower.hint(
        organizationId,
        events.map(({ seq, atMs, event: { targets } }) => ({ seq, atMs, targets })),
      ),
    onDamage: (organizationId, error) =>
      log.error({ err: error, organizationId }, 'stored rows of a trail were changed; verify it'),
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
      log.warn({ err: error }, 'a commit failed; its events were answered 503');
    },
  );
  const keys = createKeyFinder({ pool: db.pool, clock: Date.now, log });
  const readiness = createReadiness(db.pool);
  const contentKey = deriveKey(config.secret, 'content');
  const relay = relayOutbox({
    pool: db.jobs,
    append: (acts) => appendActs({ catalogue, contentKey, sequencer }, acts),
    log,
  });
  const inbox = config.inbox ? await openInbox(Date.now) : undefined;
  const services: Services = {
    inbox,
    config,
    db,
    auth: createAuth({ config, db, log }),
    keys,
    relay,
    sequencer,
    actorRefs,
    catalogue,
    contentKey,
    clock: Date.now,
    log,
    metrics,
    readiness,
  };
  if (!connections.signer)
    log.warn('this process does not sign; run the signer beside it: npm run signer');
  const signer = connections.signer && startSigner(connections.signer.url, log);
  const server = createHttpServer(services);
  server.listen(config.port, config.host);
  await once(server, 'listening');
  const url = serviceUrl({ ...config, port: (server.address() as AddressInfo).port });

  const smtpUrl = config.smtpUrl ?? inbox?.smtpUrl;
  const { mailFrom: from, secret } = config;
  const mailSender =
    smtpUrl === undefined
      ? log.warn(
          'no e-mail is sent: without SMTP_URL nobody can sign up, reset a password or invite',
        )
      : await sendMails({ pool: db.jobs, smtpUrl, from, url, secret, log });

  const demo = config.demo
    ? await (await import('./demo/create-demo.ts')).createDemo(services, url)
    : undefined;
  await readiness.becomeReady(demo?.organizationId);
  const setupToken = await readSetupToken(services);

  return {
    url,
    greeting: `Audit Trails is ready at ${url}${welcome(url, demo, setupToken)}`,
    async stop() {
      readiness.stop();
      // Requests under way are answered first: what was accepted is committed and acknowledged.
      const closed = new Promise((resolve) => server.close(resolve));
      await relay.stop();
      await mailSender?.stop();
      await sequencer.drain();
      const cut = setTimeout(() => server.closeAllConnections(), stopWithinMs);
      await closed;
      clearTimeout(cut);
      await follower.stop();
      await inbox?.stop();
      await signer?.stop();
      await keys.settled();
      await db.close();
      await postgres?.stop();
    },
  };
}

/** What a newcomer does first. The token stands behind #, where no log of requests sees it. */
function welcome(url: string, demo: Demo | undefined, setupToken: string | undefined): string {
  if (demo) return ` - sign in as ${demo.email} with the password ${demo.password}`;
  return setupToken ? ` - make the first owner at ${url}/setup#${setupToken}` : '';
}
