/** `csvEventLine`: the line of one row in an export. */

import type { Logger } from 'pino';
import { readEvent, type EventRow } from '../store/row-codec.ts';
import { csvCells, unshownCells, type CsvContext } from './csv-columns.ts';
import { csvLine } from './csv-format.ts';

/** An event that cannot be shown, such as one whose row was damaged, is a line that says so. */
export function csvEventLine(
  row: EventRow,
  keyNames: ReadonlyMap<string, string>,
  ctx: CsvContext,
  log: Pick<Logger, 'error'>,
): string {
  try {
    return csvLine(csvCells(readEvent(row, ctx.catalogue, keyNames), ctx));
  } catch (error) {
    log.error({ err: error, eventId: row.id }, 'an exported event cannot be shown');
    return csvLine(unshownCells(row, ctx));
  }
}
