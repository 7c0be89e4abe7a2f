/** The service as a whole: Postgres, signer, server and services, started together and stopped in the opposite order. */

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
  /** Where it listens, as in `http://127.0.0.1:4000`. */
  url: string;
  /** The line that tells a newcomer where to go and as whom. */
  greeting: string;
  /** Finishes what was accepted, then stops server, signer and database, in this order. */
  stop(): Promise<void>;
}

/** Data that is there before the service counts as ready. */
export interface Seed {
  /** The service is ready once a checkpoint covers this organisation's trail. */
  organizationId: string;
  email: string;
  password: string;
}

export interface ServiceOptions {
  /** Seeds an embedded database, as the demo does; called when the service listens at `url`. */
  seed?: (services: Services, url: string) => Promise<Seed>;
}

/** Connections that are still busy after this are closed. */
const stopWithinMs = 10_000;

/** Starts everything; resolves when it serves, throws when it cannot. */
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
      // Requests under way are answered first: what was accepted is committed and acknowledged.
      const closed = new Promise((resolve) => server.close(resolve));
      const cut = setTimeout(() => server.closeAllConnections(), stopWithinMs);
      await closed;
      clearTimeout(cut);
      await services.stop();
      await signer?.stop();
      await postgres?.stop();
    },
  };
}

/** What a newcomer does first. The token stands behind #, which no request log records. */
function welcome(url: string, seeded: Seed | undefined, setupToken: string | undefined): string {
  if (seeded) return ` - sign in as ${seeded.email} with the password ${seeded.password}`;
  return setupToken ? ` - create the first owner at ${url}/setup#${setupToken}` : '';
}
