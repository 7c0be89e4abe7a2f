/** Checks that a stored event is the one that was logged. */

import { hash } from 'node:crypto';
import { LogError, matchDisclosures, parseEntry } from '@liblab/audit-core/log';
import {
  entryKey,
  readDisclosures,
  readOutcome,
  splitDisclosures,
  type EventRow,
} from '../store/row-codec.ts';

/**
 * Compares the row with its entry (disclosures, id, key and time) and with the disclosures (type and outcome). Whether
 * the entry is in the log is proven by its receipt.
 */
export function fitsEntry(row: EventRow, bytes: Uint8Array): boolean {
  try {
    const entry = parseEntry(bytes);
    const disclosures = splitDisclosures(row.disclosures);
    matchDisclosures(disclosures, entry.digests, (text) => hash('sha256', text, 'base64url'));
    const said = readDisclosures(row.disclosures);
    return (
      row.id === entry.id &&
      entryKey(row.key_id) === entry.key &&
      Date.parse(row.logged_at) === Date.parse(entry.loggedAt) &&
      (said.type === undefined || said.type === row.type) &&
      (said.outcome === undefined || said.outcome === readOutcome(row))
    );
  } catch (error) {
    if (error instanceof LogError) return false;
    throw error;
  }
}
