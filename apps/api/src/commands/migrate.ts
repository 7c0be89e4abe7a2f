/** `npm run migrate`: migrates the database to the newest schema. DATABASE_URL must connect as its owner. */

import { loadConfig } from '../config.ts';
import { migrate } from '../db/migrate.ts';

const { databaseUrl } = loadConfig(process.env);
if (!databaseUrl)
  throw new Error('DATABASE_URL is required. The embedded database is migrated at start.');
await migrate(databaseUrl);
process.stdout.write('The database schema is up to date.\n');
