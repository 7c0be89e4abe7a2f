/** How often each kind of torture runs: a few times in `npm test`, many times in `npm run torture`. */

export const much = process.env['AUDIT_TORTURE'] === 'much';

export const counts = {
  /** Kills of the API while it writes. */
  apiKills: much ? 200 : 2,
  /** Kills of the API between the Portal's own acts and their events. */
  actKills: much ? 50 : 4,
  /** Kills of Postgres while it writes, and the seconds for which it is then stopped. */
  postgresKills: much ? 20 : 3,
  frozenSeconds: much ? 20 : 1,
  /** Kills of all processes during a first start, which is then repeated. */
  firstStartsKilled: much ? 20 : 1,
  /** Kills of all processes, each followed by `npm start`. */
  startsAfterKill: much ? 10 : 1,
  /** Kills of one of two API processes, with 16 writers. */
  kinKills: much ? 60 : 2,
  /** Kills of the signer at each crash point, and at random moments. */
  signerKillsPerPoint: much ? 20 : 1,
  signerKills: much ? 100 : 1,
  /** How often one of two signers loses its connection, and how often one is suspended and replaced. */
  signerDisconnects: much ? 30 : 1,
  signerStandstills: much ? 15 : 1,
  /** Random changes to values in the trail's tables. */
  randomChanges: much ? 2_000 : 40,
  /** How often each disk is filled. */
  fullDisks: much ? 5 : 1,
  /** Events sent over a bad network. */
  networkEvents: much ? 40_000 : 1_500,
  /** Resets of the network between API and Postgres, each after a delay and a cut. */
  databaseResets: much ? 100 : 2,
  /** The faults used there. A swallowed write costs a timeout of 12 s. */
  databaseFates: ['delay', 'cut', 'reset', ...(much ? ['swallow' as const] : [])] as const,
  /** Outages longer than clients keep retrying. */
  outages: much ? 20 : 1,
};

/** The timeout of each test: a bound, not an expectation. */
export const timeoutMs = much ? 3_600_000 : 240_000;

const number = new Intl.NumberFormat('en');

/** Prints one line for a passed torture test: what was done and the result. */
export function report(kind: string, facts: Record<string, number | string>): void {
  const parts = Object.entries(facts).map(
    ([name, value]) => `${typeof value === 'number' ? number.format(value) : value} ${name}`,
  );
  console.log(`torture | ${kind} | ${parts.join(', ')}`);
}
