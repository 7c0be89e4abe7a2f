/** The demo: two organisations with people who can sign in, and one of them with a story of 90 days. */

import { chmodSync, existsSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { keyScopes, type EmittedTypeOf, type LiblabCatalogue, type Role } from '@liblab/audit-core';
import { AuditClient, stableId } from '@liblab/audit-sdk';
import type { Services } from '../context.ts';
import { deriveKey } from '../derive-key.ts';
import { addMember } from '../identity/add-member.ts';
import { createOrganization } from '../identity/create-organization.ts';
import { createUser } from '../identity/create-user.ts';
import { createActorRefs } from '../ingest/actor-refs.ts';
import { appendActs } from '../ingest/append-acts.ts';
import { createSequencer } from '../ingest/sequencer.ts';
import { createWriteBatch } from '../ingest/write-batch.ts';
import { createKey } from '../keys/create-key.ts';
import type { StoryEvent } from './acts.ts';
import { demoPassword, people, type Person } from './cast.ts';
import { storyMs, tellStory } from './story.ts';

export interface Demo {
  organizationId: string;
  /** Who may see all of it. */
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

/**
 * Tells the demo where it is not told yet. The key's file is written last: a start that was cut off before it goes on
 * where it was, since ids of events are stable and everything else is looked up first.
 */
export async function createDemo(services: Services, url: string): Promise<Demo> {
  const [owner] = people as [Person];
  const demo = { organizationId, email: owner.email, password: demoPassword };
  const keyFile = join(services.config.dataDir, 'demo-key');
  if (existsSync(keyFile)) return demo;
  const startMs = await foundOrganization(services, organizationId, 'Exciting Soda');
  const userIds = await hirePeople(services, organizationId, people, startMs);
  await foundOrganization(services, otherOrganizationId, 'Other Example');
  const otherIds = await hirePeople(services, otherOrganizationId, [otherOwner], startMs);
  const key = await createKey(
    services.db,
    {
      name: 'Demo service key',
      scopes: [...keyScopes],
      days: 364,
      organizationIds: [organizationId],
    },
    services.clock(),
  );
  const { past, recent } = tellStory({ organizationId, userIds, startMs });
  // What the Portal records itself no key may emit.
  const isOwn = ({ type }: StoryEvent) => services.catalogue.latest(type)?.recordedBy === 'portal';
  await appendPast(services, organizationId, key.id, [...past, ...recent.filter(isOwn)]);
  await appendPast(services, otherOrganizationId, null, firstDayOf(otherOwner, otherIds, startMs));
  await emitRecent(
    url,
    key.secret,
    recent.filter((event) => !isOwn(event)),
  );
  writeKey(keyFile, key.secret);
  return demo;
}

/** @returns when the organisation's story begins, which is when it was made */
async function foundOrganization(
  { db, clock }: Services,
  id: string,
  name: string,
): Promise<number> {
  const known = await db.models.Organization.findByPk(id);
  if (known) return known.createdAt.getTime();
  const createdAt = new Date(clock() - storyMs);
  await createOrganization(db, { id, name, createdAt });
  return createdAt.getTime();
}

/** @returns the users' ids by address */
async function hirePeople(
  { db }: Services,
  organization: string,
  hired: readonly Person[],
  startMs: number,
): Promise<Map<string, string>> {
  const ids = await Promise.all(
    hired.map(async ({ name, email, role, visitor }, index) => {
      const known = await db.models.User.findOne({ where: { email } });
      const password = visitor ? demoPassword : randomBytes(24).toString('base64url');
      const createdAt = new Date(startMs + index * 60_000);
      const { id } =
        known ?? (await createUser(db, { email, name, password, emailVerified: true, createdAt }));
      await becomeMember(db, organization, id, role, createdAt);
      return [email, id] as const;
    }),
  );
  return new Map(ids);
}

async function becomeMember(
  db: Services['db'],
  organization: string,
  userId: string,
  role: Role,
  createdAt: Date,
): Promise<void> {
  const known = await db.models.Member.findOne({ where: { organizationId: organization, userId } });
  if (!known) await addMember(db, { organizationId: organization, userId, role, createdAt });
}

/** The other organisation is new: its owner has come, and no more. */
function firstDayOf(
  { name, email }: Person,
  userIds: ReadonlyMap<string, string>,
  startMs: number,
): StoryEvent[] {
  const id = userIds.get(email) ?? email;
  const common = {
    actor: { type: 'user', id, email, name },
    targets: [{ type: 'user', id, name }],
  };
  return [
    {
      ...common,
      id: stableId(otherOrganizationId, 'demo 1'),
      type: 'user.create',
      occurredAt: new Date(startMs).toISOString(),
      details: { email, name, via: 'sign-up' },
    },
    {
      ...common,
      id: stableId(otherOrganizationId, 'demo 2'),
      type: 'user.verified_email',
      occurredAt: new Date(startMs + 90_000).toISOString(),
      details: { email },
    },
  ];
}

/** Through the ingest door's own operation, with the clock of the story. */
async function appendPast(
  services: Services,
  organization: string,
  keyId: string | null,
  events: readonly StoryEvent[],
): Promise<void> {
  const logged = new Map(events.map((event) => [event.id, loggedMs(event)]));
  const sequencer = createSequencer(
    createWriteBatch({
      writers: services.db.writers,
      actorRefs: createActorRefs(deriveKey(services.config.secret, 'actors')),
      clock: services.clock,
      loggedAt: ({ id, occurredAtMs }) => logged.get(id) ?? occurredAtMs,
    }),
    (error) => services.log.warn({ err: error }, 'a commit of the demo failed'),
  );
  const arriving = events.toSorted((a, b) => loggedMs(a) - loggedMs(b));
  for (let first = 0; first < arriving.length; first += 500) {
    const batch = arriving.slice(first, first + 500).map((event) => ({
      organizationId: organization,
      keyId: isOwn(event) ? null : keyId,
      event,
    }));
    const results = await appendActs({ ...services, sequencer }, batch);
    const bad = results.find(({ status }) => status === 'rejected');
    if (bad) throw new Error(`The demo's event ${bad.id} was rejected: ${bad.error?.message}`);
  }
  await sequencer.drain();

  function isOwn({ type }: StoryEvent): boolean {
    return services.catalogue.latest(type)?.recordedBy === 'portal';
  }
}

/** Most arrive within a second; one in a hundred was sent by a tool that had been offline. */
function loggedMs({ id, occurredAt }: StoryEvent): number {
  const chance = Number.parseInt(id.slice(0, 8), 16);
  const delayMs = chance % 97 === 0 ? (20 + (chance % 70)) * 60_000 : 60 + (chance % 800);
  return Date.parse(occurredAt) + delayMs;
}

/** Over the SDK, as every tool emits: what a newcomer sees first has gone all the way. */
async function emitRecent(
  url: string,
  apiKey: string,
  events: readonly StoryEvent[],
): Promise<void> {
  await using audit = new AuditClient({
    url,
    apiKey,
    inFlightMax: 1,
    giveUpAfterMs: 20_000,
    onError: () => {},
  });
  await Promise.all(
    events.map(({ type, ...event }) =>
      audit.emit(type as EmittedTypeOf<LiblabCatalogue>, event as never),
    ),
  );
}

/** Whole or not at all, for its owner alone. */
function writeKey(file: string, secret: string): void {
  writeFileSync(`${file}.new`, `${secret}\n`, { mode: 0o600 });
  chmodSync(`${file}.new`, 0o600);
  renameSync(`${file}.new`, file);
}
