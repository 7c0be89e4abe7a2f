/**
 * `npm run follower:rebuild -- <name> [organisation id]`: rebuilds a follower's rows for one trail or all trails, from
 * position 0. Readers see a trail's old rows until the new ones are complete. With an external database, the service may
 * keep running.
 */

import { pino } from 'pino';
import { createServices } from '../app/create-services.ts';
import { loadConfig } from '../config.ts';
import { prepareEmbedded, prepareExternal } from '../db/prepare-database.ts';
import { startEmbeddedPostgres } from '../postgres/embedded.ts';

const [name, organizationId] = process.argv.slice(2);
if (!name) {
  throw new Error('Usage: npm run follower:rebuild -- <name> [organisation id]');
}

const config = loadConfig(process.env);
const log = pino({ level: 'warn' }, pino.destination(2));
const postgres = config.databaseUrl
  ? undefined
  : await startEmbeddedPostgres({ dataDir: config.dataDir, log });
try {
  const { api } = postgres
    ? await prepareEmbedded(postgres.ownerUrl)
    : await prepareExternal(config.databaseUrl as string, config.production);
  const services = await createServices(config, log, { database: api });
  try {
    await services.following.rebuild(name, organizationId);
  } finally {
    await services.stop();
  }
  process.stdout.write(`Rebuilt ${name} for ${organizationId ?? 'all trails'}.\n`);
} finally {
  await postgres?.stop();
}
