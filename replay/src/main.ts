/**
 * `npm run replay -- [--owner <e-mail>] <file>...`: loads logs of other systems into the running service through the
 * SDK, each tenant into a separate organisation. Repeating it stores only what is missing.
 */

import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { replayFile, surveyFile, type Survey, type Totals } from '@examples/replay';
import { loadConfig } from '@liblab/audit-api/config';
import type { Database } from '@liblab/audit-api/db/database';
import { people } from '@liblab/audit-demo/cast';
import { findUser, prepareOrganizations, withKey } from './prepare-tenants.ts';
import { openServiceDatabase, requireService } from './reach-service.ts';
import { createReport, format, perSecond } from './report.ts';

/** The exit code for an interrupted process, as shells report it for ctrl-C. */
const interrupted = 130;

const interruption = new AbortController();
const { signal } = interruption;
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  // A terminal, npm and the launcher may each deliver the same ctrl-C: only the first counts.
  process.on(name, () => interruption.abort());
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

/** @returns the exit code */
async function main(): Promise<number> {
  const { positionals: files, values } = parseArgs({
    allowPositionals: true,
    options: { owner: { type: 'string' } },
  });
  if (files.length === 0) {
    throw new Error('Name the files: npm run replay -- [--owner <e-mail>] <file>...');
  }
  const config = loadConfig(process.env);
  let code = 0;
  for (const file of files) {
    const survey = await surveyFile(file);
    const url = await requireService(config);
    const db = await openServiceDatabase(config);
    try {
      const ownerId = await findOwner(db, values.owner);
      code = Math.max(code, await replay(db, url, survey, ownerId));
    } finally {
      await db.close();
    }
    if (signal.aborted) break;
  }
  return code;
}

/** The owner of the new organisations: the demo's admin unless another user is named. */
async function findOwner(db: Database, named: string | undefined): Promise<string | undefined> {
  const email = named ?? people[0]?.email ?? '';
  const ownerId = await findUser(db, email);
  if (ownerId === undefined && named !== undefined) {
    throw new Error(`Nobody has the address ${named}. Name a user of this service as the owner.`);
  }
  if (ownerId === undefined) {
    process.stderr.write('New organisations have no owner; name one with --owner <e-mail>.\n');
  }
  return ownerId;
}

async function replay(
  db: Database,
  url: string,
  survey: Survey,
  ownerId: string | undefined,
): Promise<number> {
  const { file, source, lines, tenants } = survey;
  const name = basename(file);
  const made = await prepareOrganizations(db, tenants, ownerId, signal);
  say(
    `${name}: ${source.title}, ${format(lines)} lines; organisations: ${format(tenants.length)} (${format(made)} new), such as ${tenants[0]?.name}`,
  );
  if (signal.aborted) return interrupted;
  const report = createReport(lines);
  const startedAt = performance.now();
  const key = {
    name: `Replay of ${name}`,
    organizationIds: tenants.map(({ organizationId }) => organizationId),
  };
  const totals = await withKey(db, key, (apiKey) =>
    replayFile(survey, {
      url,
      apiKey,
      signal,
      onProgress: report.progress,
      onNotStored: report.notStored,
    }),
  ).finally(report.end);
  return conclude(survey, totals, performance.now() - startedAt);
}

/** Prints the result for the file. */
function conclude({ lines }: Survey, totals: Totals, ms: number): number {
  const { recorded, duplicates, notStored, stoppedBy } = totals;
  const read = recorded + duplicates + notStored;
  say(
    `${format(recorded)} recorded, ${format(duplicates)} duplicates, ${format(notStored)} not stored ` +
      `in ${(ms / 1_000).toFixed(1)} s: ${perSecond(read, ms)}`,
  );
  if (read < lines) {
    const why = stoppedBy ?? 'Interrupted';
    say(`${why}; ${format(lines - read)} lines were not read. Run it again to go on.`);
  }
  if (signal.aborted) return interrupted;
  return notStored > 0 || read < lines ? 1 : 0;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
