/** `surveyFile`: reads a file before anything is stored, to find its log type, length and tenants. */

import { FileError, LineError } from './errors.ts';
import { parseLine, readLines } from './read-lines.ts';
import type { Source, Tenant } from './source.ts';
import { cloudTrail } from './sources/cloudtrail.ts';
import { githubArchive } from './sources/github-archive.ts';
import { loanLog } from './sources/loan-log.ts';

const sources: readonly Source[] = [cloudTrail, githubArchive, loanLog];

/** What a file contains. */
export interface Survey {
  file: string;
  source: Source;
  /** The number of lines that are not blank. */
  lines: number;
  tenants: Tenant[];
}

/**
 * Reads the whole file, so that a truncated file is rejected before the replay starts.
 * @throws FileError
 */
export async function surveyFile(file: string): Promise<Survey> {
  let source: Source | undefined;
  let lines = 0;
  const tenants = new Map<string, Tenant>();
  for await (const line of readLines(file)) {
    lines += 1;
    try {
      const record = parseLine(line);
      source ??= sources.find(({ recognizes }) => recognizes(record));
      if (!source) break;
      const { tenant } = source.read(record);
      if (!tenants.has(tenant.organizationId)) tenants.set(tenant.organizationId, tenant);
    } catch (err) {
      // The replay reports the line and the reason.
      if (!(err instanceof LineError)) throw err;
    }
  }
  if (source) return { file, source, lines, tenants: [...tenants.values()] };
  const known = sources.map(({ title }) => title).join(', ');
  throw new FileError(
    lines === 0
      ? `${file} is empty.`
      : `${file} is not a supported log. Supported are ${known}, with one JSON object per line, optionally gzipped. To add another, see examples/replay/src/sources.`,
  );
}
