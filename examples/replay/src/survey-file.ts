/** Looks a file over before anything is stored: which log it is, how long, and whose records are in it. */

import { FileError, LineError } from './errors.ts';
import { parseLine, readLines } from './read-lines.ts';
import type { Source, Tenant } from './source.ts';
import { cloudTrail } from './sources/cloudtrail.ts';
import { githubArchive } from './sources/github-archive.ts';
import { loanLog } from './sources/loan-log.ts';

const sources: readonly Source[] = [cloudTrail, githubArchive, loanLog];

export interface Survey {
  file: string;
  source: Source;
  /** Those that are not blank. */
  lines: number;
  tenants: Tenant[];
}

/** Reads the whole file, so that one that is cut short is refused at once. Throws FileError. */
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
      // The replay says which line it is and why.
      if (!(err instanceof LineError)) throw err;
    }
  }
  if (source) return { file, source, lines, tenants: [...tenants.values()] };
  const known = sources.map(({ title }) => title).join(', ');
  throw new FileError(
    lines === 0
      ? `${file} is empty.`
      : `${file} is no log that can be replayed (${known}, one JSON object a line, gzip or not). A further one is a file in examples/replay/src/sources.`,
  );
}
