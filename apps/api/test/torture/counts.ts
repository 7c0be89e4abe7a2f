/** How much of each kind: a little in `npm test`, much in `npm run torture`. */

export const much = process.env['AUDIT_TORTURE'] === 'much';

export const counts = {
  /** Kills of the API while it writes. */
  apiKills: much ? 200 : 2,
  /** Kills of the API between the Portal's own acts and their events. */
  actKills: much ? 50 : 4,
  /** Kills of Postgres while it writes, and seconds for which it then stands still. */
  postgresKills: much ? 20 : 3,
  frozenSeconds: much ? 20 : 1,
  /** Kills of everything in a first start, which then starts again. */
  firstStartsKilled: much ? 20 : 1,
  /** Kills of everything, each followed by `npm start`. */
  startsAfterKill: much ? 10 : 1,
  /** Kills of one of two API processes, with 16 writers. */
  kinKills: much ? 60 : 2,
  /** Kills of the signer at each of its crash points, and at any moment. */
  signerKillsPerPoint: much ? 20 : 1,
  signerKills: much ? 100 : 1,
  /** Times that one of two signers loses its connection, and that one is stopped and overtaken. */
  signerDisconnects: much ? 30 : 1,
  signerStandstills: much ? 15 : 1,
  /** Values of the trail's tables that are changed at random. */
  randomChanges: much ? 2_000 : 40,
  /** Times that each disk is filled. */
  fullDisks: much ? 5 : 1,
  /** Events sent over a bad network. */
  networkEvents: much ? 40_000 : 1_500,
  /** Resets of a bad network between API and Postgres, each after a delay and a cut. */
  databaseResets: much ? 100 : 2,
  /** What happens there. What is swallowed is waited for, 12 s of a write. */
  databaseFates: ['delay', 'cut', 'reset', ...(much ? ['swallow' as const] : [])] as const,
  /** Times that the network is away for longer than clients try. */
  outages: much ? 20 : 1,
};

/** Of any one test; a bound, not an expectation. */
export const timeoutMs = much ? 3_600_000 : 240_000;

const number = new Intl.NumberFormat('en');

/** Prints a line for a kind of torture that held: what was done, and what came of it. */
export function report(kind: string, facts: Record<string, number | string>): void {
  const parts = Object.entries(facts).map(
    ([name, value]) => `${typeof value === 'number' ? number.format(value) : value} ${name}`,
  );
  console.log(`torture | ${kind} | ${parts.join(', ')}`);
}
