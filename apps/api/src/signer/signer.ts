/** The signer: one per database, elected by an advisory lock; signs each grown trail within a second. */

import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import type { Logger } from 'pino';
import { findStrayed, findUnsigned, headsPerRound } from './find-heads.ts';
import { signerLock } from '../db/locks.ts';
import { openNotary, type Notary } from './notary.ts';
import { checkHeads, type Head, type Round } from './sign-trails.ts';
import { openSignerState, type SignerState } from './signer-state.ts';
import type { SigningKeys } from './signing-keys.ts';

export interface SignerOptions {
  /** Connects as audit_signer, or as a user that may become it. */
  databaseUrl: string;
  stateFile: string;
  /** Whether a state may be begun where there is none and no checkpoint either; true when absent. */
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
/** A database that says nothing for so long is taken for lost: another signer may have the lock by now. */
const silenceMs = 60_000;

/** Runs until aborted: takes the lock, signs, and starts over when the connection is lost. */
export async function runSigner(options: SignerOptions): Promise<void> {
  const { log, signal } = options;
  while (!signal.aborted) {
    const client = new pg.Client({
      connectionString: options.databaseUrl,
      application_name: 'audit-signer',
      options: '-c role=audit_signer',
      connectionTimeoutMillis: 10_000,
      query_timeout: silenceMs,
    });
    client.on('error', (error) => log.warn({ err: error }, 'the signer lost its connection'));
    try {
      await client.connect();
      await signWhileHolding(client, options);
    } catch (error) {
      if (!signal.aborted) log.error({ err: error }, 'signing failed; retrying');
    } finally {
      await client.end().catch(() => {});
    }
    await pause(retryMs, signal);
  }
}

async function signWhileHolding(client: pg.Client, options: SignerOptions): Promise<void> {
  const { signal, log } = options;
  if (!(await takeLock(client, signal))) return;
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
    // What was appended until now is signed before leaving, so that a quiet log is a signed log.
    await signRound(client, state, notary, await findUnsigned(client), log);
  } finally {
    state.close();
  }
}

/** Looks at every trail that the signer remembers, and signs or refuses what is not as it left it. */
export async function sweep(
  client: pg.Client,
  state: SignerState,
  notary: Notary,
  { log, nowMs }: { log: Logger; nowMs: number },
): Promise<void> {
  for await (const heads of findStrayed(client, state, nowMs)) {
    await signRound(client, state, notary, heads, log);
  }
}

/** Waits for the lock; false when aborted before it was had. */
async function takeLock(client: pg.Client, signal: AbortSignal): Promise<boolean> {
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

/** Without its memory the signer would sign whatever the database now says. */
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
  // State first: a crash from here on signs the same tree again, which is the same checkpoint.
  state.save(round.sound);
  await notary.sign(round.sound);
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch(() => {});
}
