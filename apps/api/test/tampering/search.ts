/** Runs the detectors: verification, verification with what was kept outside the database, and the signer. */

import { copyFileSync, rmSync } from 'node:fs';
import type { KnownRoot } from '@liblab/audit-core/log';
import type { Client } from 'pg';
import { pino } from 'pino';
import { openNotary } from '../../src/signer/notary.ts';
import { sweep } from '../../src/signer/signer.ts';
import { openSignerState } from '../../src/signer/signer-state.ts';
import { findOrganizations } from '../../src/verification/find-organizations.ts';
import type { Finding } from '../../src/verification/findings.ts';
import { keysFor } from '../../src/verification/read-trust.ts';
import { verifyOrganization } from '../../src/verification/verify-organization.ts';
import { logOrigin, type World } from './world.ts';

/** The first finding of `npm run verify -- --all`, in the order of organisations. */
export async function verify(
  client: Client,
  { keys }: Pick<World, 'keys'>,
  kept: ReadonlyMap<string, KnownRoot> = new Map(),
): Promise<Finding | undefined> {
  const trust = { logOrigin, log: keys.log.publicKey, witness: keys.witness.publicKey };
  for (const organizationId of await findOrganizations(client, kept.keys())) {
    const root = kept.get(organizationId);
    const { findings } = await verifyOrganization({
      client,
      organizationId,
      keys: keysFor(organizationId, trust),
      kept: root ? [root] : [],
    });
    if (findings[0]) return findings[0];
  }
  return undefined;
}

/** Runs the signer over everything with a copy of its state; returns why it refuses, if it does. */
export async function sign(
  client: Client,
  { keys, stateFile }: Pick<World, 'keys' | 'stateFile'>,
): Promise<string | undefined> {
  const copy = `${stateFile}.copy`;
  copyFileSync(stateFile, copy);
  const state = openSignerState(copy);
  try {
    const notary = await openNotary(client, keys, logOrigin, Date.now);
    await sweep(client, state, notary, { log: pino({ level: 'silent' }), nowMs: Date.now() });
    const { rows } = await client.query<{ reason: string }>(
      'select reason from log_alarms where resolved_at is null',
    );
    return rows[0]?.reason;
  } catch (error) {
    if (error instanceof Error && error.message.includes('differs from the one'))
      return error.message;
    throw error;
  } finally {
    state.close();
    rmSync(copy);
  }
}
