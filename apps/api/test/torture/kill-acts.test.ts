/** The API is killed between acts and their events: every committed act is recorded once, and nothing else is. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TrailEvent } from '@liblab/audit-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createKey } from '../../src/portal/keys/create-key.ts';
import type { ApiProcess } from '../support/api-process.ts';
import { createIngestClient } from '../support/ingest-client.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { actCrashPoints } from './act-crash-points.ts';
import { accountActs } from './account-acts.ts';
import { openWorld, type Attempt, type World } from './acts.ts';
import { buildActs } from './build-acts.ts';
import { counts, report, timeoutMs } from './counts.ts';
import { openField, randomMoment, type Field } from './field.ts';
import { memberActs } from './member-acts.ts';
import { sessionActs } from './session-acts.ts';
import { tokenActs } from './token-acts.ts';

const kinds = [accountActs, sessionActs, memberActs, tokenActs, buildActs];

let database: TestDatabase;
let field: Field;

beforeAll(async () => {
  database = await createTestDatabase();
  field = await openField(database.ownerUrl);
});
afterAll(async () => {
  await field[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

/**
 * Every second kill is at a point between act and event, the others at random. The first points are a
 * commit whose answer the process never reads, and an event that is appended again.
 */
function startApi(kill: number): Promise<ApiProcess> {
  const nextPoint = (1 + 3 * (kill / 2)) % actCrashPoints.length;
  const point = kill % 2 === 0 ? actCrashPoints[nextPoint] : undefined;
  const nth = 1 + Math.floor(Math.random() * (point?.includes('act') ? 6 : 2));
  return field.startApi({
    env: {
      AUDIT_TRUSTED_PROXIES: 'loopback',
      ...(point ? { AUDIT_CRASH_POINT: `${point}:${nth}` } : {}),
    },
    nodeOptions: ['--import', join(import.meta.dirname, 'act-crash-point.ts')],
  });
}

test(
  'each act that stands has its events once, and no other has any',
  { timeout: timeoutMs },
  async () => {
    const facts = {
      'of them between act and event': 0,
      acts: 0,
      'that stand': 0,
      'events that waited at a kill': 0,
    };
    let api = await startApi(0);
    const secret = readFileSync(join(field.dataDir, 'secret'));
    for (let kill = 0; kill < counts.actKills; kill += 1) {
      const world = await openWorld(field.db, secret, api.url);
      const attempts = (await Promise.all(kinds.map((prepare) => prepare(world)))).flat();
      await settled();
      const { statuses, hasCrashed } = await killDuring(api, attempts, kill % 2 === 0);
      if (hasCrashed) facts['of them between act and event'] += 1;
      facts['events that waited at a kill'] += await waiting();
      api = await startApi(kill + 1);
      await repeat(attempts, statuses);
      await settled();
      const standing = await checkActs(world, attempts, statuses, api.url);
      facts.acts += attempts.length;
      facts['that stand'] += standing;
    }
    await api.stop();
    expect(facts['of them between act and event']).toBeGreaterThan(0);
    report('API killed between acts and events', { kills: counts.actKills, ...facts });
  },
);

type Statuses = Map<Attempt, number>;

/** @returns what was answered before the kill, and whether the process reached its crash point */
async function killDuring(
  api: ApiProcess,
  attempts: readonly Attempt[],
  atPoint: boolean,
): Promise<{ statuses: Statuses; hasCrashed: boolean }> {
  const statuses: Statuses = new Map();
  const answered = Promise.withResolvers<void>();
  const answersMax = Math.floor(Math.random() * attempts.length);
  const volley = Promise.all(
    attempts.map(async (attempt) => {
      const answer = await attempt.send().catch(() => undefined);
      // A database timeout leaves the act's fate open, like a missing answer.
      if (answer && answer.status !== 503) statuses.set(attempt, answer.status);
      if (statuses.size >= answersMax) answered.resolve();
    }),
  );
  if (atPoint) {
    api.child.kill('SIGUSR2');
    await volley;
    // The relay has crash points, too.
    const isOver = async () => hasEnded(api) || (await waiting()) === 0;
    await expect.poll(isOver).toBe(true);
  } else {
    // Any act or event may be in progress then.
    if (answersMax > 0) await Promise.race([answered.promise, volley]);
    await randomMoment(20);
  }
  const hasCrashed = hasEnded(api);
  await api.kill();
  await volley;
  return { statuses, hasCrashed };
}

const hasEnded = ({ child }: ApiProcess) => child.exitCode !== null || child.signalCode !== null;

/** As tools do without an answer; harmless if there was one. */
async function repeat(attempts: readonly Attempt[], statuses: Statuses): Promise<void> {
  for (const attempt of attempts.filter(({ isRepeated }) => isRepeated)) {
    const answer = await attempt.send();
    expect(answer.status, attempt.kind).toBe(201);
    statuses.set(attempt, answer.status);
  }
}

async function waiting(): Promise<number> {
  const { rows } = await field.db.pool.query<{ count: number }>(
    'select count(*) from outbox where organization_id is not null',
  );
  return rows[0]?.count ?? 0;
}

/** Includes what the kill left behind. */
async function settled(): Promise<void> {
  await expect.poll(waiting).toBe(0);
}

/** @returns the number of committed acts */
async function checkActs(
  world: World,
  attempts: readonly Attempt[],
  statuses: Statuses,
  url: string,
): Promise<number> {
  const events = await readTrail(world.organizationId, url);
  let standing = 0;
  for (const attempt of [...world.done, ...attempts]) {
    const { kind, leaves, stands, trail } = attempt;
    const status = statuses.get(attempt);
    // A killed process answers nothing; an error would leave the act's fate open.
    if (status !== undefined) expect(status, kind).toBeLessThan(500);
    // Preparation succeeded, whatever happened afterwards.
    const isStanding = world.done.includes(attempt) ? true : await stands?.();
    if (isStanding) standing += 1;
    if (isStanding !== undefined && status !== undefined) {
      expect({ kind, status, stands: isStanding }).toEqual({ kind, status, stands: status < 300 });
    }
    const founded = await trail?.();
    const own = founded ? await readTrail(founded, url) : events;
    for (const expected of leaves) {
      const found = takeEvents(own, expected);
      const message = `${kind}, answered ${status}: ${expected.outcome} ${expected.type}`;
      // A denial without an answer may or may not have been recorded.
      if (isStanding === undefined && status === undefined) expect(found, message).toBeLessThan(2);
      else expect(found, message).toBe((isStanding ?? true) ? 1 : 0);
    }
    if (founded) expect(own, `events of what ${kind}`).toEqual([]);
  }
  expect(events, 'events of acts that are not there').toEqual([]);
  return standing;
}

async function readTrail(organizationId: string, url: string): Promise<TrailEvent[]> {
  const key = { name: 'reader', scopes: ['read' as const], organizationIds: [organizationId] };
  const { secret } = await createKey({ db: field.db, clock: Date.now }, null, key);
  return [...(await createIngestClient(url, secret).readAll()).values()];
}

/** Removes the expected ones. @returns how many there were */
function takeEvents(
  events: TrailEvent[],
  { type, outcome, about }: Attempt['leaves'][number],
): number {
  const rest = events.filter(
    (event) => event.type !== type || event.outcome !== outcome || !namesOf(event).includes(about),
  );
  const found = events.length - rest.length;
  events.splice(0, events.length, ...rest);
  return found;
}

function namesOf({ actor, targets, details }: TrailEvent): string[] {
  return [
    `actor:${actor?.email}`,
    ...targets.map(({ type, id }) => `${type}:${id}`),
    ...Object.entries(details ?? {}).flatMap(([name, value]) =>
      typeof value === 'string' ? [`${name}:${value}`] : [],
    ),
  ];
}
