/** Formats a report as text. */

import type { TrailReport } from './verify-organization.ts';

const number = new Intl.NumberFormat('en');

/** The verdict on the first line, then one line for each finding, by position. */
export function formatReport(report: TrailReport): string {
  const { organizationId, findings, findingCount } = report;
  const [first] = findings;
  const verdict = first
    ? `NOT SOUND, first at ${place(first.position)}: ${first.kind}. ${summary(report)}`
    : `sound. ${summary(report)}`;
  const lines = findings.map(
    ({ kind, position, message }) => `  ${place(position)}  ${kind}  ${message}`,
  );
  const hidden = findingCount - findings.length;
  if (hidden > 0) lines.push(`  and ${number.format(hidden)} more`);
  return `${[`${organizationId}: ${verdict}`, ...lines].join('\n')}\n`;
}

function summary({ size, provenSize, newestCheckpoint, events }: TrailReport): string {
  const { disclosed, unexplained } = events;
  const time = newestCheckpoint && new Date(newestCheckpoint.signedAtMs).toISOString();
  const signed =
    time === undefined ? 'no valid checkpoint' : `proven to ${number.format(provenSize)}`;
  const unsigned = size > provenSize ? `, ${number.format(size - provenSize)} not proven` : '';
  const last = time === undefined ? '' : `, last signed ${time}`;
  return `${number.format(size)} events: ${number.format(disclosed)} disclosed, ${number.format(unexplained)} unexplained; ${signed}${unsigned}${last}.`;
}

function place(position: number | undefined): string {
  return position === undefined ? 'no position' : `position ${number.format(position)}`;
}
