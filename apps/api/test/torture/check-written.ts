/** Compares the emitters' ledger with the trail, and the trail with its signatures. */

import { join } from 'node:path';
import { leafHash } from '@liblab/audit-core/log';
import type { Client, Pool } from 'pg';
import { expect, vi } from 'vitest';
import { sha256 } from '../../src/trail/store/sha256.ts';
import { readSignedRoots } from '../../src/signer/signed-roots.ts';
import { loadSigningKeys } from '../../src/signer/signing-keys.ts';
import { keysFor } from '../../src/verification/read-trust.ts';
import { verifyOrganization } from '../../src/verification/verify-organization.ts';
import { checkTrail } from '../support/check-trail.ts';
import { administer } from '../support/test-cluster.ts';
import type { Ledger } from './writing.ts';

export interface Written {
  pool: Pool;
  ownerUrl: string;
  organizationId: string;
  /** The DATA_DIR of the signing process. */
  dataDir: string;
  /** Ids of events written by others. */
  foreign?: ReadonlySet<string>;
}

/**
 * Every acknowledged event is in the trail once, at its position and under its leaf, and none is there twice. Every other
 * event there was reported as undelivered. Positions have no gaps, and the log verifies up to its newest signature.
 */
export async function checkWritten(written: Written, ledger: Ledger) {
  const { pool, organizationId, foreign = new Set() } = written;
  const { ids, entries, size } = await checkTrail(pool, organizationId);
  expect(new Set(ids).size, 'events in the trail once').toBe(size);
  const place = new Map(ids.map((id, seq) => [id, seq]));
  for (const [id, acknowledgement] of ledger.acknowledged) {
    const leaf = leafHash(entries[acknowledgement.seq] ?? new Uint8Array(), sha256);
    expect({ seq: place.get(id), leafHash: Buffer.from(leaf).toString('base64') }).toEqual({
      seq: acknowledgement.seq,
      leafHash: acknowledgement.leafHash,
    });
  }
  const others = ids.filter((id) => !ledger.acknowledged.has(id) && !foreign.has(id));
  for (const id of others) expect(ledger.reported, 'not acknowledged').toContain(id);
  await checkSigned(written, size);
  const repeats = [...ledger.acknowledged.values()].filter(({ status }) => status === 'duplicate');
  return {
    'events acknowledged': ledger.acknowledged.size,
    'of them as repeats': repeats.length,
    'reported as undelivered': `${ledger.reported.size} (${others.length} of them in the trail)`,
    'lost, doubled or out of place': 0,
  };
}

/** Waits for the signer, then verifies the whole trail with the signer's state. */
export async function checkSigned(
  { pool, ownerUrl, organizationId, dataDir }: Written,
  size: number,
): Promise<void> {
  await vi.waitFor(
    async () => {
      const { rows } = await pool.query(
        'select size - signed_size as behind from log_heads where organization_id = $1',
        [organizationId],
      );
      expect(rows).toEqual([{ behind: 0 }]);
    },
    { timeout: 60_000, interval: 100 },
  );
  const { log, witness } = loadSigningKeys(join(dataDir, 'signing-key'), false);
  const kept = readSignedRoots(join(dataDir, 'signer-state')).get(organizationId);
  const trust = { log: log.publicKey, witness: witness.publicKey };
  const verdict = await administer(ownerUrl, async (client: Client) => {
    await client.query('begin isolation level repeatable read read only');
    return verifyOrganization({
      client,
      organizationId,
      keys: keysFor(organizationId, { logOrigin: 'audit.localhost/log', ...trust }),
      kept: kept ? [kept] : [],
    });
  });
  expect(verdict.findings).toEqual([]);
  // A request in flight when its client gave up may have arrived since.
  expect(verdict.provenSize).toBeGreaterThanOrEqual(size);
}
