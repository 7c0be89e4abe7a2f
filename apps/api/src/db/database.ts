/** The connections of a serving process: a pool for the trail and the log, Sequelize for the Portal's own tables. */

import pg from 'pg';
import { Sequelize } from 'sequelize';
import { defineModels, type Models } from './models/models.ts';

export interface Database {
  /** How it was opened. */
  options: DatabaseOptions;
  /** Role audit_api. bigint columns arrive as numbers: positions and sizes stay far below 2^53. */
  pool: pg.Pool;
  /** Role audit_api too, pipelined: statements sent together travel together. One connection per sequencer's writer. */
  writers: pg.Pool;
  /** Role audit_api too, for pages of the trail: in index order or not at all, whatever statistics say. */
  readers: pg.Pool;
  /** Role audit_api too, for what runs behind requests: neither waits for the other. */
  jobs: pg.Pool;
  sequelize: Sequelize;
  models: Models;
  close(): Promise<void>;
}

/** Sequelize sets parsers on the shared module; ours are per connection and do not disturb it. */
export const columnTypes: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary'): unknown =>
    oid === pg.types.builtins.INT8 && format !== 'binary'
      ? Number
      : pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser,
};

export interface DatabaseOptions {
  /** Connects as audit_api, or as a user that may become it. */
  url: string;
  /** A role to become on each connection; needed when the user of the URL is not audit_api itself. */
  role?: string | undefined;
  /** Most connections of the pool for trail and log. */
  poolSize?: number;
  /** Transactions that the sequencer runs at a time. */
  writerCount?: number;
  /** Called for each error of an idle connection, as when the server stops. */
  onError?: (error: Error) => void;
}

/**
 * A database that says nothing for so long, as one that hangs or behind a network that drops, is answered for with 503:
 * an emitter must hear of it before it gives up waiting itself, after 15 s. A page may be slower than that.
 */
const silenceMs = { usual: 12_000, pages: 40_000 };

/** Opens both; connections are made on first use. */
export function openDatabase(options: DatabaseOptions): Database {
  const { url, role, poolSize = 20, writerCount = 4, onError = () => {} } = options;
  const connection = {
    connectionString: url,
    types: columnTypes,
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 30_000,
    query_timeout: silenceMs.usual,
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
    // A lock that is not had in time fails the batch, and the emitter sends it again; nothing waits for ever. The few
    // statements are planned once, by their indexes: planning them anew would cost more than they do.
    options: `${asRole} -c lock_timeout=10s -c statement_timeout=30s -c plan_cache_mode=force_generic_plan -c enable_seqscan=off -c enable_bitmapscan=off`,
    application_name: 'audit-sequencer',
  });
  const readers = new pg.Pool({
    ...connection,
    max: 10,
    query_timeout: silenceMs.pages,
    // A stale estimate must not turn the first fifty events into a sort of all of them, nor may compiling take longer,
    // nor planning the same statement anew.
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
    // The pool listens to idle connections alone. One that breaks between two statements of a transaction would end the
    // process; whoever holds it learns of it from the next statement.
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
