/** The whole service: starts Postgres, services, signer and server, and stops them in reverse order. */

import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import type { Logger } from 'pino';
import { serviceUrl, type Config } from '../config.ts';
import { prepareEmbedded, prepareExternal } from '../db/prepare-database.ts';
import { readSetupToken } from '../portal/identity/create-first-owner.ts';
import { startEmbeddedPostgres } from '../postgres/embedded.ts';
import { startSigner } from '../signer/start-signer.ts';
import { createServices, type Services } from './create-services.ts';
import { createHttpServer } from './server.ts';

export interface Service {
  /** The address that it listens on, as in `http://127.0.0.1:4000`. */
  url: string;
  /** A line with the address and how to sign in. */
  greeting: string;
  /** Finishes accepted requests, then stops server, signer and database, in this order. */
  stop(): Promise<void>;
}

/** The seeded organisation, and how to sign in to it. */
export interface Seed {
  /** The service is ready once a checkpoint covers this organisation's trail. */
  organizationId: string;
  email: string;
  password: string;
}

export interface ServiceOptions {
  /** Seeds the database, as the demo does; called once the service listens at `url`. */
  seed?: (services: Services, url: string) => Promise<Seed>;
}

/** Connections that are still busy after this time are closed. */
const stopTimeoutMs = 10_000;

/**
 * Starts everything and resolves when the service is ready.
 *
 * @throws Error when a part cannot start
 */
export async function startService(
  config: Config,
  log: Logger,
  { seed }: ServiceOptions = {},
): Promise<Service> {
  mkdirSync(config.dataDir, { recursive: true, mode: 0o700 });
  const postgres = config.databaseUrl
    ? undefined
    : await startEmbeddedPostgres({ dataDir: config.dataDir, log });
  const connections = postgres
    ? await prepareEmbedded(postgres.ownerUrl)
    : await prepareExternal(config.databaseUrl as string, config.production);
  const services = await createServices(config, log, { database: connections.api });
  if (!connections.signer)
    log.warn('this process does not sign; also run the signer: npm run signer');
  const signer = connections.signer && startSigner(connections.signer.url, log);
  const server = createHttpServer(services);
  server.listen(config.port, config.host);
  await once(server, 'listening');
  const url = serviceUrl({ ...config, port: (server.address() as AddressInfo).port });
  await services.start(url);
  const seeded = config.demo ? await seed?.(services, url) : undefined;
  await services.readiness.becomeReady(seeded?.organizationId);
  const setupToken = await readSetupToken(services);

  return {
    url,
    greeting: `Audit Trails is ready at ${url}${welcome(url, seeded, setupToken)}`,
    async stop() {
      services.readiness.stop();
      // Requests in progress are answered first: accepted events are committed and acknowledged.
      const closed = new Promise((resolve) => server.close(resolve));
      const cut = setTimeout(() => server.closeAllConnections(), stopTimeoutMs);
      await closed;
      clearTimeout(cut);
      await services.stop();
      await signer?.stop();
      await postgres?.stop();
    },
  };
}

/** How to sign in or create the first owner. The token follows #, which never reaches a request log. */
function welcome(url: string, seeded: Seed | undefined, setupToken: string | undefined): string {
  if (seeded) return ` - sign in as ${seeded.email} with the password ${seeded.password}`;
  return setupToken ? ` - create the first owner at ${url}/setup#${setupToken}` : '';
}
