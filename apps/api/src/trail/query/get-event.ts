/** Reads one event with the proof data of its entry. */

import { AppError, type TrailEvent } from '@liblab/audit-core';
import { leafHash } from '@liblab/audit-core/log';
import type { Config } from '../../config.ts';
import { fitsEntry } from './fits-entry.ts';
import { readKeyNames } from './key-names.ts';
import { readEntries } from '../store/read-entries.ts';
import { eventColumns, queryEvents, readEvent, splitDisclosures } from '../store/row-codec.ts';
import { sha256 } from '../store/sha256.ts';
import type { TrailContext } from '../store/trail-context.ts';

/** The services needed to read single events. */
export interface ReadContext extends TrailContext {
  config: Pick<Config, 'logOrigin'>;
}

export interface LoggedEvent extends TrailEvent {
  log: {
    /** base64. */
    leafHash: string;
    /** Whether the event is unchanged since it was logged. */
    fits: boolean;
    /** The entry and the disclosures that it commits to (RFC 9901). With the receipt, all that a verifier needs. */
    entry: string;
    disclosures: string[];
    /** The origin of the trail's checkpoints. */
    origin: string;
    /** The newest checkpoint that covers the event; null until it is signed. */
    checkpoint: { size: number; signedAt: string } | null;
  };
}

/** @throws AppError `not_found`, also for another organisation's event */
export async function getEvent(
  { db, catalogue, config }: ReadContext,
  organizationId: string,
  id: string,
): Promise<LoggedEvent> {
  const { rows } = await queryEvents(db.pool, {
    text: `select ${eventColumns} from audit_events e where e.organization_id = $1 and e.id = $2`,
    values: [organizationId, id],
  });
  const [row] = rows;
  if (!row) throw new AppError('not_found', 'The organisation has no event with this id.');
  const [keyNames, [entry], checkpoints] = await Promise.all([
    readKeyNames(db.pool, rows),
    readEntries(db.pool, organizationId, row.seq, row.seq + 1),
    db.pool.query<{ size: number; signed_at: Date }>(
      `select size, signed_at from log_checkpoints where organization_id = $1 and size > $2
       order by size desc, signed_at desc limit 1`,
      [organizationId, row.seq],
    ),
  ]);
  if (!entry) throw new Error(`Event ${row.seq} of trail ${organizationId} has no entry.`);
  const [checkpoint] = checkpoints.rows;
  return {
    ...readEvent(row, catalogue, keyNames),
    log: {
      leafHash: Buffer.from(leafHash(entry, sha256)).toString('base64'),
      fits: fitsEntry(row, entry),
      entry: Buffer.from(entry).toString(),
      disclosures: splitDisclosures(row.disclosures),
      origin: `${config.logOrigin}/${organizationId}`,
      checkpoint: checkpoint
        ? { size: checkpoint.size, signedAt: checkpoint.signed_at.toISOString() }
        : null,
    },
  };
}
