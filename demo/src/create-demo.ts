/** The demo: two organisations with users who can sign in, one of them with a story of 90 days. */

import {
  chmodSync,
  closeSync,
  existsSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { AppError, keyScopes, type Actor } from '@liblab/audit-core';
import { continueNumbersAfter } from '@liblab/audit-api/portal/builds/numbers';
import { createServices, type Services } from '@liblab/audit-api/app/create-services';
import { outboxLock } from '@liblab/audit-api/db/locks';
import { createOrganizationWithOwner } from '@liblab/audit-api/portal/identity/create-first-owner';
import { appendActs, type RecordedAct } from '@liblab/audit-api/trail/ingest/append-acts';
import { createKey } from '@liblab/audit-api/portal/keys/create-key';
import { relayRound } from '@liblab/audit-api/trail/record/relay-outbox';
import { demoPassword, people, type Person } from './cast.ts';
import { liveLastHour } from './live-last-hour.ts';
import { createPerform, passwordOf } from './perform.ts';
import { storyMs, planStory } from './story.ts';

export interface Demo {
  organizationId: string;
  /** The user who may see everything. */
  email: string;
  password: string;
}

const organizationId = '0199a000-5eed-7000-8000-000000000001';
const otherOrganizationId = '0199a000-5eed-7000-8000-000000000002';
const otherOwner: Person = {
  name: 'Olga Other',
  email: 'admin@other.example',
  role: 'owner',
  day: 0,
  visitor: true,
};

/** How many acts of the story may wait before they are relayed. */
const actsPerRelay = 100;

/**
 * Creates the demo unless it exists. The key's file is written last: an interrupted start continues
 * at the act where it stopped, and repeats that act in case it was not committed.
 */
export async function createDemo(services: Services, url: string): Promise<Demo> {
  const [owner] = people as [Person];
  const demo = { organizationId, email: owner.email, password: demoPassword };
  const keyFile = join(services.config.dataDir, 'demo-key');
  if (existsSync(keyFile)) return demo;
  const progress = openProgress(join(services.config.dataDir, 'demo-progress'));
  await performStory(services, owner, progress);
  await liveLastHour(url, {
    owner,
    member: people.find(({ role }) => role === 'member') as Person,
  });
  const key = await createKey(services, null, {
    name: 'Demo service key',
    scopes: [...keyScopes],
    days: 364,
    organizationIds: [organizationId],
  });
  writeKey(keyFile, key.secret);
  progress.end();
  return demo;
}

/** Performs the story with the Portal's own operations, on the story's clock. */
async function performStory(services: Services, owner: Person, progress: Progress): Promise<void> {
  const known = await services.db.models.Organization.findByPk(organizationId);
  const startMs = known?.createdAt.getTime() ?? services.clock() - storyMs;
  let nowMs = startMs;
  // Wired like the service, but on the story's clock and with nothing in the background. The address only says that
  // mail could be sent.
  const config = { ...services.config, inbox: false, smtpUrl: 'smtp://unused.invalid' };
  const past = await createServices(config, services.log, {
    database: services.db.options,
    clock: () => nowMs,
    loggedAt: ({ id, occurredAtMs }) => occurredAtMs + delayMs(id),
  });
  await using stack = new AsyncDisposableStack();
  stack.defer(() => past.stop());
  // No other process relays in the meantime: each event of the story is logged shortly after it happened.
  const relay = stack.use(await holdRelay(past));
  await found(past, organizationId, 'Exciting Soda', owner);
  await found(past, otherOrganizationId, 'Other Example', otherOwner);
  // The story's invitations are not mailed.
  const perform = createPerform({ ...past, jobs: { enqueue: async () => {} } }, organizationId);
  const acts = planStory(startMs);
  for (const [number, act] of acts.entries()) {
    if (number < progress.done) continue;
    nowMs = act.atMs;
    await perform(act).catch((error: unknown) => {
      // It was done before the interruption and cannot be done twice.
      const again = number === progress.resumedAt && error instanceof AppError;
      if (!again) throw error;
    });
    progress.write(number + 1);
    if (number % actsPerRelay === 0) await relay.run();
  }
  await relay.run();
}

async function found(
  services: Services,
  id: string,
  organizationName: string,
  owner: Person,
): Promise<void> {
  if (await services.db.models.Organization.findByPk(id)) return;
  const { name, email } = owner;
  const context = { ip: '198.51.100.10', service: 'portal' };
  const sourceOf = (actor: Actor) => ({ actor, context, keyId: null });
  await services.db.sequelize.transaction((transaction) =>
    createOrganizationWithOwner(services, transaction, sourceOf, {
      organizationId: id,
      organizationName,
      name,
      email,
      password: passwordOf(owner),
    }),
  );
  // As if the company had been a customer for longer than the story covers.
  await continueNumbersAfter(services.db, id, { api: 519, build: 100, document: 1_899 });
}

/** Holds the outbox, so that this process alone appends the story's events. */
async function holdRelay(services: Services): Promise<AsyncDisposable & { run(): Promise<void> }> {
  const client = await services.db.jobs.connect();
  await client.query('select pg_advisory_lock($1)', [outboxLock]);
  return {
    async run() {
      const resting = new Set<string>();
      const append = (acts: readonly RecordedAct[]) => appendActs(services, acts);
      while (await relayRound(client, append, services.log, resting));
    },
    async [Symbol.asyncDispose]() {
      // Closing the connection releases the lock.
      client.release(true);
    },
  };
}

/** Most arrive within a second; one in a hundred arrives late. */
function delayMs(id: string): number {
  const chance = Number.parseInt(id.slice(0, 8), 16);
  return chance % 97 === 0 ? (20 + (chance % 70)) * 60_000 : 60 + (chance % 800);
}

type Progress = ReturnType<typeof openProgress>;

/** The number of completed acts, in a file beside the database. */
function openProgress(file: string) {
  const resumedAt = existsSync(file) ? Number(readFileSync(file, 'utf8')) : undefined;
  const written = openSync(file, resumedAt === undefined ? 'w' : 'r+', 0o600);
  return {
    done: resumedAt ?? 0,
    resumedAt,
    // Written in place: the number only grows, so it overwrites the previous one completely.
    write: (done: number) => void writeSync(written, String(done), 0),
    end() {
      closeSync(written);
      rmSync(file);
    },
  };
}

/** Written atomically, readable only by its owner. */
function writeKey(file: string, secret: string): void {
  writeFileSync(`${file}.new`, `${secret}\n`, { mode: 0o600 });
  chmodSync(`${file}.new`, 0o600);
  renameSync(`${file}.new`, file);
}
