/** What people and tools do in the demo's story, each act as the event that its tool would have sent. */

import type { Actor, Context, EventInput, LiblabCatalogue, TypeOf } from '@liblab/audit-core';
import { stableId } from '@liblab/audit-sdk';
import {
  buildFailures,
  languageNames,
  people,
  pullRequestFailures,
  tokenNames,
  type Api,
  type Language,
  type Person,
} from './cast.ts';
import type { Chance } from './chance.ts';

type Type = TypeOf<LiblabCatalogue>;

/** An event as the ingest door takes it; times are ISO 8601. */
export type StoryEvent = { id: string; type: Type; occurredAt: string } & Record<string, unknown>;

export interface Company {
  /** Ids are made from it: the same organisation is told the same events. */
  organizationId: string;
  /** By address. */
  userIds: ReadonlyMap<string, string>;
}

export const second = 1_000;
export const minute = 60 * second;
export const hour = 60 * minute;
export const day = 24 * hour;

export interface Token {
  id: string;
  name: string;
  owner: Person;
  addedMs: number;
  expiresMs: number;
}

export type Acts = ReturnType<typeof createActs>;

/** Acts change what later ones find: tokens, versions, numbers. `n` is the day of the story, times are milliseconds. */
export function createActs({ organizationId, userIds }: Company, chance: Chance) {
  const versions = new Map<number, [number, number, number]>();
  const pullRequests = new Map<string, number>();
  let tokens: Token[] = [];
  const next = { build: 101, document: 1_900, invitation: 180, token: 40, event: 0 };
  const told: StoryEvent[] = [];

  /** Typed by the catalogue: a wrong detail does not compile. */
  function tell<T extends Type>(
    type: T,
    atMs: number,
    input: EventInput<LiblabCatalogue, T>,
  ): void {
    next.event += 1;
    told.push({
      ...(input as object),
      id: stableId(organizationId, `demo ${next.event}`),
      type,
      occurredAt: new Date(atMs).toISOString(),
    });
  }

  const actorOf = ({ email, name }: Person): Actor => ({
    type: 'user',
    id: userIds.get(email) ?? email,
    email,
    name,
  });

  const userTarget = (person: Person) =>
    ({ type: 'user', id: userIds.get(person.email) ?? person.email, name: person.name }) as const;

  /** From a desk: the same address for the same person on most days. */
  function addressOf({ email }: Person): string {
    const desk = 10 + people.findIndex((person) => person.email === email);
    return chance.is(0.85) ? `198.51.100.${desk}` : `203.0.113.${chance.whole(120, 250)}`;
  }

  const inPortal = (person: Person): Context => ({
    ip: addressOf(person),
    userAgent:
      'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 Chrome/149.0 Safari/537.36',
    requestId: `req_${chance.hex(12)}`,
    sessionId: `ses_${chance.hex(10)}`,
    service: 'portal',
    serviceVersion: '5.18.0',
  });

  const byCommand = (ip: string, platform: string): Context => ({
    ip,
    userAgent: `liblab-cli/2.0.17 ${platform} node/24.4.1`,
    requestId: `req_${chance.hex(12)}`,
    service: 'liblab-cli',
    serviceVersion: '2.0.17',
  });

  /** Who came today works from tomorrow on; the first is there from the start. */
  const atWork = (n: number) => people.filter((person, index) => person.day < n || index === 0);
  const admins = (n: number) =>
    atWork(n).filter(({ role }) => role === 'owner' || role === 'admin');
  const developers = (n: number) => atWork(n).filter(({ role }) => role !== 'auditor');

  function join(person: Person, atMs: number, n: number): void {
    const first = person === people[0];
    const joinedMs = first ? atMs : atMs + chance.whole(20, 240) * minute;
    if (!first) invite(person.email, person.role, atMs, n);
    const { email, name } = person;
    const actor = actorOf(person);
    const context = inPortal(person);
    tell('user.create', joinedMs, {
      actor,
      targets: [userTarget(person)],
      details: { email, name, via: first ? 'sign-up' : 'invitation' },
      context,
    });
    tell('user.verified_email', joinedMs + chance.whole(1, 15) * minute, {
      actor,
      targets: [userTarget(person)],
      details: { email },
      context,
    });
  }

  function invite(email: string, role: Person['role'], atMs: number, n: number): void {
    const host = chance.one(admins(n));
    next.invitation += 1;
    tell('user.invite_member', atMs, {
      actor: actorOf(host),
      targets: [{ type: 'invitation', id: String(next.invitation), name: email }],
      details: { email, role },
      context: inPortal(host),
    });
  }

  function createApi({ id, name }: Api, atMs: number, n: number): void {
    const maker = chance.one(admins(n));
    tell('user.create_api', atMs, {
      actor: actorOf(maker),
      targets: [{ type: 'api', id: String(id), name }],
      details: { apiName: name, apiId: id },
      context: inPortal(maker),
    });
  }

  function addToken(atMs: number, n: number): Token {
    const owner = chance.one(admins(n));
    next.token += 1;
    const days = chance.one([30, 60, 90]);
    const token: Token = {
      id: String(next.token),
      name: chance.one(tokenNames),
      owner,
      addedMs: atMs,
      expiresMs: atMs + days * day,
    };
    tokens.push(token);
    tell('user.add_ci_token', atMs, {
      actor: actorOf(owner),
      targets: [{ type: 'ci-token', id: token.id, name: token.name }],
      details: {
        name: token.name,
        tokenId: token.id,
        expiresAt: new Date(token.expiresMs).toISOString(),
      },
      changes: [{ path: 'secret', redacted: true }],
      context: inPortal(owner),
    });
    return token;
  }

  function removeToken(token: Token, person: Person, atMs: number): void {
    const isAllowed = person.role !== 'member';
    if (isAllowed) tokens = tokens.filter((other) => other !== token);
    tell('user.remove_ci_token', atMs, {
      actor: actorOf(person),
      targets: [{ type: 'ci-token', id: token.id, name: token.name }],
      details: { tokenId: token.id },
      context: inPortal(person),
      ...(isAllowed ? {} : { outcome: 'denied', reason: 'The role member may not remove tokens.' }),
    });
  }

  /** By a token that is valid then, for its owner, or by a developer at a desk. */
  function builder(atMs: number, n: number): { actor: Actor; context: Context } {
    const valid = tokens.filter((token) => token.addedMs < atMs && token.expiresMs > atMs);
    if (valid.length > 0 && chance.is(0.7)) {
      const token = chance.one(valid);
      return {
        actor: {
          type: 'token',
          id: `ci-token:${token.id}`,
          name: token.name,
          onBehalfOf: actorOf(token.owner),
        },
        context: byCommand(`203.0.113.${chance.whole(4, 60)}`, 'linux-x64'),
      };
    }
    const developer = chance.one(developers(n));
    return {
      actor: actorOf(developer),
      context: byCommand(addressOf(developer), chance.one(['darwin-arm64', 'linux-x64'])),
    };
  }

  /** A build that is released is not partial, does not fail, and has its pull requests and reviews. */
  function build(
    api: Api,
    atMs: number,
    n: number,
    { released = chance.is(0.5), reviewAfterMs = chance.whole(1, 150) * minute } = {},
  ): void {
    const version = versions.get(api.id);
    const [before, after] = [version?.join('.'), nextVersion(version)];
    // The newest language joins three weeks after the API.
    const languages = n - api.day < 21 ? api.languages.slice(0, -1) : api.languages;
    const built =
      released || chance.is(0.3) ? languages : chance.some(languages, chance.whole(1, 2));
    const { actor, context } = builder(atMs, n);
    const failed = !released && chance.is(0.13);
    const correlationId = `run_${chance.hex(10)}`;
    next.build += 1;
    const buildId = next.build;
    if (!failed) versions.set(api.id, after);
    const sdkVersion = after.join('.');
    tell('user.build', atMs, {
      actor,
      targets: [
        { type: 'build', id: String(buildId), name: `Build #${buildId}` },
        { type: 'api', id: String(api.id), name: api.name },
      ],
      details: {
        buildId,
        apiName: api.name,
        apiId: api.id,
        languages: [...built],
        sdkVersion,
        durationMs: built.length * chance.whole(6_500, 11_000) + chance.whole(2_000, 9_000),
      },
      ...(before !== undefined && !failed
        ? { changes: [{ path: 'sdkVersion', before, after: sdkVersion }] }
        : {}),
      ...(failed ? { outcome: 'failure', reason: chance.one(buildFailures) } : {}),
      context: { ...context, correlationId },
    });
    if (!released) return;
    const sponsor = actor.onBehalfOf ?? actor;
    let atPullMs = atMs + chance.whole(50, 120) * second;
    for (const language of built) {
      publish(api, language, buildId, sponsor, atPullMs, correlationId);
      atPullMs += chance.whole(4, 14) * second;
    }
    review(built, buildId, atPullMs + reviewAfterMs, n);
  }

  function nextVersion(version: [number, number, number] | undefined): [number, number, number] {
    if (!version) return [1, 0, 0];
    const [major, minor, patch] = version;
    if (chance.is(0.02)) return [major + 1, 0, 0];
    return chance.is(0.12) ? [major, minor + 1, 0] : [major, minor, patch + 1];
  }

  function publish(
    api: Api,
    language: Language,
    buildId: number,
    onBehalfOf: Actor,
    atMs: number,
    correlationId: string,
  ): void {
    const sdkName = `${api.name.toLowerCase().replaceAll(' ', '-')}-sdk`;
    const repository = `exciting-soda/${sdkName}-${language}`;
    const sdk = { sdkName, language, repository };
    const { onBehalfOf: _, ...sponsor } = onBehalfOf;
    const common = {
      actor: {
        type: 'system' as const,
        id: 'publisher',
        name: 'liblab publisher',
        onBehalfOf: sponsor,
      },
      targets: [
        { type: 'repository' as const, id: repository, name: `${sdkName}-${language}` },
        { type: 'build' as const, id: String(buildId), name: `Build #${buildId}` },
      ] as const,
      context: {
        ip: '192.0.2.18',
        requestId: `req_${chance.hex(12)}`,
        correlationId,
        service: 'build-service',
        serviceVersion: '4.11.2',
      },
    };
    if (chance.is(0.06)) {
      const reason = chance.one(pullRequestFailures);
      tell('user.publish_pr_failure', atMs, {
        ...common,
        targets: [...common.targets],
        details: { ...sdk, reason },
        reason,
      });
      return;
    }
    const prNumber = (pullRequests.get(repository) ?? chance.whole(3, 12)) + 1;
    pullRequests.set(repository, prNumber);
    const prUrl = `https://github.com/${repository}/pull/${prNumber}`;
    tell('user.published_pr', atMs, {
      ...common,
      targets: [...common.targets],
      details: { ...sdk, prNumber, prUrl },
    });
  }

  function review(languages: readonly Language[], buildId: number, atMs: number, n: number): void {
    const reviewer = chance.one(admins(n));
    let whenMs = atMs;
    for (const language of languages) {
      next.document += 1;
      const documentId = next.document;
      const decide = (type: 'user.approved_doc' | 'user.unapproved_doc', ms: number) =>
        tell(type, ms, {
          actor: actorOf(reviewer),
          targets: [
            { type: 'document', id: String(documentId), name: `${languageNames[language]} guide` },
            { type: 'build', id: String(buildId), name: `Build #${buildId}` },
          ],
          details: { documentId, buildId, language },
          context: inPortal(reviewer),
        });
      whenMs += chance.whole(15, 200) * second;
      decide('user.approved_doc', whenMs);
      if (!chance.is(0.08)) continue;
      const backMs = whenMs + chance.whole(15, 90) * minute;
      decide('user.unapproved_doc', backMs);
      if (chance.is(0.6)) decide('user.approved_doc', backMs + chance.whole(20, 180) * minute);
    }
  }

  return {
    join,
    invite,
    createApi,
    addToken,
    removeToken,
    build,
    tokens: (): readonly Token[] => tokens,
    developers,
    admins,
    /** The events of all acts so far, in the order of the acts; empties the list. */
    take: () => told.splice(0),
  };
}
