/** The signer: one per database, elected by an advisory lock. Signs each trail within a second of new events. */

import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import type { Logger } from 'pino';
import { findDeviating, findUnsigned, headsPerRound } from './find-heads.ts';
import { signerLock } from '../db/locks.ts';
import { openNotary, type Notary } from './notary.ts';
import { checkHeads, type Head, type Round } from './sign-trails.ts';
import { openSignerState, type SignerState } from './signer-state.ts';
import type { SigningKeys } from './signing-keys.ts';

export interface SignerOptions {
  /** Connects as a member of audit_signer. */
  databaseUrl: string;
  stateFile: string;
  /** Whether to create a state when there is neither a state nor a checkpoint; default true. */
  mayBegin?: boolean;
  keys: SigningKeys;
  /** Each trail's origin is `<logOrigin>/<organisation id>`. */
  logOrigin: string;
  /** Milliseconds since 1970: the time of cosignatures. */
  clock: () => number;
  log: Logger;
  signal: AbortSignal;
}

const roundMs = 500;
const retryMs = 2_000;
const sweepMs = 60_000;
/** After this time the connection counts as lost: another signer may hold the lock by then. */
const queryTimeoutMs = 60_000;

/** Runs until aborted: acquires the lock, signs, and starts again when the connection is lost. */
export async function runSigner(options: SignerOptions): Promise<void> {
  const { log, signal } = options;
  while (!signal.aborted) {
    const client = new pg.Client({
      connectionString: options.databaseUrl,
      application_name: 'audit-signer',
      options: '-c role=audit_signer',
      connectionTimeoutMillis: 10_000,
      query_timeout: queryTimeoutMs,
    });
    client.on('error', (error) => log.warn({ err: error }, 'the signer lost its connection'));
    try {
      await client.connect();
      await signWithLock(client, options);
    } catch (error) {
      if (!signal.aborted) log.error({ err: error }, 'signing failed; retrying');
    } finally {
      await client.end().catch(() => {});
    }
    await pause(retryMs, signal);
  }
}

async function signWithLock(client: pg.Client, options: SignerOptions): Promise<void> {
  const { signal, log } = options;
  if (!(await acquireLock(client, signal))) return;
  const state = openSignerState(options.stateFile);
  try {
    const notary = await openNotary(client, options.keys, options.logOrigin, options.clock);
    if (state.isNew) await refuseLostState(client, options);
    log.info('signing');
    let sweptAt = Number.NEGATIVE_INFINITY;
    while (!signal.aborted) {
      if (performance.now() - sweptAt > sweepMs) {
        await sweep(client, state, notary, { log, nowMs: options.clock() });
        sweptAt = performance.now();
      }
      const heads = await findUnsigned(client);
      await signRound(client, state, notary, heads, log);
      if (heads.length < headsPerRound) await pause(roundMs, signal);
    }
    // Signs the events appended so far, so that a stopped service leaves no unsigned events.
    await signRound(client, state, notary, await findUnsigned(client), log);
  } finally {
    state.close();
  }
}

/** Checks every trail in the signer state; signs those that have grown and raises alarms for those that contradict it. */
export async function sweep(
  client: pg.Client,
  state: SignerState,
  notary: Notary,
  { log, nowMs }: { log: Logger; nowMs: number },
): Promise<void> {
  for await (const heads of findDeviating(client, state, nowMs)) {
    await signRound(client, state, notary, heads, log);
  }
}

/** Waits for the lock; false when aborted before it was acquired. */
async function acquireLock(client: pg.Client, signal: AbortSignal): Promise<boolean> {
  while (!signal.aborted) {
    const { rows } = await client.query<{ held: boolean }>(
      'select pg_try_advisory_lock($1) as held',
      [signerLock],
    );
    if (rows[0]?.held) return true;
    await pause(retryMs, signal);
  }
  return false;
}

/** Without its state the signer would sign whatever the database now contains. */
async function refuseLostState(
  client: pg.Client,
  { stateFile, mayBegin = true }: SignerOptions,
): Promise<void> {
  const { rows } = await client.query('select 1 from log_checkpoints limit 1');
  if (!mayBegin || rows.length > 0) {
    throw new Error(
      `The signer state ${stateFile} is missing, but ${rows.length > 0 ? 'checkpoints exist' : 'the key has been used'}. Restore it from a backup, ` +
        'or accept the database as it is: npm run signer:adopt',
    );
  }
}

async function signRound(
  client: pg.Client,
  state: SignerState,
  notary: Notary,
  heads: readonly Head[],
  log: Logger,
): Promise<void> {
  if (heads.length === 0) return;
  const round: Round = await checkHeads(client, state, heads, notary.openOwnNote);
  for (const alarm of round.alarms) {
    log.error(alarm, 'a trail contradicts its signed checkpoint; no longer signing it');
    await notary.raiseAlarm(alarm);
  }
  // Save before signing: after a crash in between, the signer signs the same tree again.
  state.save(round.sound);
  await notary.sign(round.sound);
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch(() => {});
}
