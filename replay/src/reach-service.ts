/** Finds the service that runs beside a command, and the database that it uses. */

import { serviceUrl, type Config } from '@liblab/audit-api/config';
import { openDatabase, type Database } from '@liblab/audit-api/db/database';
import { prepareExternal } from '@liblab/audit-api/db/prepare-database';
import { recordedOwnerUrl } from '@liblab/audit-api/postgres/embedded';

const alike =
  'Give this command the PORT, HOST, DATA_DIR and DATABASE_URL that the service was started with.';

/** The service's address. Throws when no service answers there or it is not ready. */
export async function requireService(config: Config): Promise<string> {
  const url = serviceUrl(config);
  const answer = await fetch(`${url}/readyz`).catch((error: unknown) => {
    throw new Error(`No service answers at ${url}. Start it with npm start. ${alike}`, {
      cause: error,
    });
  });
  if (!answer.ok) {
    throw new Error(`The service at ${url} is not ready (${answer.status}); wait until it is.`);
  }
  return url;
}

/** Opens it with the service's rights. Throws when it cannot connect. */
export async function openServiceDatabase(config: Config): Promise<Database> {
  const { databaseUrl, dataDir, production } = config;
  const where = databaseUrl ? 'of DATABASE_URL' : `in ${dataDir}`;
  try {
    const connection = databaseUrl
      ? (await prepareExternal(databaseUrl, production)).api
      : { url: recordedOwnerUrl(dataDir), role: 'audit_api' };
    return await connect(connection);
  } catch (error) {
    const { message, code } = error as NodeJS.ErrnoException;
    throw new Error(`The database ${where} cannot be used: ${message || code}. ${alike}`, {
      cause: error,
    });
  }
}

async function connect({ url, role }: { url: string | undefined; role?: string }) {
  if (url === undefined) throw new Error('there is none');
  const db = openDatabase({ url, role });
  try {
    await db.pool.query('select');
    return db;
  } catch (error) {
    await db.close();
    throw error;
  }
}
