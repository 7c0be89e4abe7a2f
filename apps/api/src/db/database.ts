/** A serving process's connections: pg pools for the trail and the log, Sequelize for the Portal's tables. */

import pg from 'pg';
import { Sequelize } from 'sequelize';
import { defineModels, type Models } from './models/models.ts';

export interface Database {
  /** The options that it was opened with. */
  options: DatabaseOptions;
  /** Role audit_api. bigint columns are returned as numbers: positions and sizes stay far below 2^53. */
  pool: pg.Pool;
  /** Role audit_api, pipelined. One connection for each of the sequencer's writers. */
  writers: pg.Pool;
  /** Role audit_api, for pages of the trail: always read in index order, whatever the planner's statistics suggest. */
  readers: pg.Pool;
  /** Role audit_api, for background work, so that it and requests do not wait for each other's connections. */
  jobs: pg.Pool;
  sequelize: Sequelize;
  models: Models;
  close(): Promise<void>;
}

/** Set per connection, because Sequelize sets parsers on the shared module. */
export const columnTypes: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary'): unknown =>
    oid === pg.types.builtins.INT8 && format !== 'binary'
      ? Number
      : pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser,
};

export interface DatabaseOptions {
  /** Connects as audit_api, or as a user that may become it. */
  url: string;
  /** The role to set on each connection; needed when the URL's user is not audit_api itself. */
  role?: string | undefined;
  /** The maximum number of connections in `pool`. */
  poolSize?: number;
  /** How many transactions the sequencer runs at a time. */
  writerCount?: number;
  /** Called for each error of an idle connection, for example when the server stops. */
  onError?: (error: Error) => void;
}

/**
 * A statement that takes longer fails with 503, as when the database hangs or the network drops packets. An emitter must
 * get this answer before its own timeout of 15 s; a page may take longer.
 */
const queryTimeoutMs = { usual: 12_000, pages: 40_000 };

/** Opens the pools and Sequelize; they connect on first use. */
export function openDatabase(options: DatabaseOptions): Database {
  const { url, role, poolSize = 20, writerCount = 4, onError = () => {} } = options;
  const connection = {
    connectionString: url,
    types: columnTypes,
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 30_000,
    query_timeout: queryTimeoutMs.usual,
    keepAlive: true,
  };
  const asRole = role ? `-c role=${role}` : '';
  const pool = new pg.Pool({
    ...connection,
    options: asRole,
    max: poolSize,
    application_name: 'audit-api',
  });
  const writers = new pg.Pool({
    ...connection,
    max: writerCount,
    pipeline: true,
    // A lock that is not acquired in time fails the batch, and the emitter sends it again. The few statements keep one
    // generic plan by their indexes: planning them again would cost more than running them.
    options: `${asRole} -c lock_timeout=10s -c statement_timeout=30s -c plan_cache_mode=force_generic_plan -c enable_seqscan=off -c enable_bitmapscan=off`,
    application_name: 'audit-sequencer',
  });
  const readers = new pg.Pool({
    ...connection,
    max: 10,
    query_timeout: queryTimeoutMs.pages,
    // Stale statistics must not turn a read of the first fifty events into a sort of all events; JIT compilation and
    // repeated planning would take longer than the statements.
    options: `${asRole} -c plan_cache_mode=force_generic_plan -c enable_sort=off -c enable_bitmapscan=off -c enable_seqscan=off -c max_parallel_workers_per_gather=0 -c jit=off -c statement_timeout=30s`,
    application_name: 'audit-readers',
  });
  const jobs = new pg.Pool({
    ...connection,
    options: asRole,
    max: 6,
    application_name: 'audit-jobs',
  });
  for (const each of [pool, writers, readers, jobs]) {
    each.on('error', onError);
    // The pool handles errors of idle connections only. Without a listener, a connection that fails between two
    // statements of a transaction would end the process; its next statement reports the failure.
    each.on('connect', (client) => client.on('error', () => {}));
  }
  const sequelize = new Sequelize(url, {
    dialect: 'postgres',
    dialectModule: pg,
    logging: false,
    dialectOptions: { options: asRole },
    pool: { max: 5, idle: 10_000, acquire: 5_000 },
    define: { underscored: true, timestamps: false },
  });
  return {
    options,
    pool,
    writers,
    readers,
    jobs,
    sequelize,
    models: defineModels(sequelize),
    close: async () => {
      await Promise.all([pool.end(), writers.end(), readers.end(), jobs.end(), sequelize.close()]);
    },
  };
}
