/** Plans what people and tools do in the demo: each act has a time, an actor and a place. */

import type { Context, Role } from '@liblab/audit-core';
import {
  buildFailures,
  people,
  pullRequestFailures,
  tokenNames,
  type Api,
  type Language,
  type Person,
} from './cast.ts';
import type { Chance } from './chance.ts';

export const second = 1_000;
export const minute = 60 * second;
export const hour = 60 * minute;
export const day = 24 * hour;

/** Identified by name and time, because names repeat. */
export interface Token {
  name: string;
  owner: Person;
  days: number;
  addedMs: number;
}

/** In person, or with a token on behalf of its owner. */
export type By = { person: Person } | { token: Token };

export interface Build {
  /** From 1. The request id is derived from it. */
  number: number;
  api: Api;
  languages: readonly Language[];
  version: string;
  durationMs: number;
  /** Undefined when the build succeeded. */
  failure: string | undefined;
}

export interface PullRequest {
  language: Language;
  repository: string;
  sdkName: string;
  result: { number: number; url: string } | { reason: string };
}

/** An operation and its input. */
export type Operation =
  | { kind: 'invite'; by: Person; email: string; role: Role }
  | { kind: 'withdraw'; by: Person; email: string }
  | { kind: 'accept'; person: Person }
  | { kind: 'sign-in'; person: Person; mistyped: boolean }
  | { kind: 'change-role'; by: Person; person: Person; role: Role }
  | { kind: 'remove'; by: Person; person: Person }
  | { kind: 'add-token'; token: Token }
  | { kind: 'remove-token'; token: Token; by: Person }
  | { kind: 'build'; build: Build; by: By }
  | { kind: 'pull-request'; build: Build; pullRequest: PullRequest; by: By }
  | { kind: 'approve'; build: Build; language: Language; approved: boolean; by: Person };

/** An operation with its time (milliseconds since 1970) and context. */
export type PlannedAct = Operation & { atMs: number; context: Context };

export type Acts = ReturnType<typeof createActs>;

/** Keeps the state that later acts depend on: tokens, versions, numbers. `n` is the day of the story. */
export function createActs(chance: Chance) {
  const versions = new Map<string, [number, number, number]>();
  const pullRequests = new Map<string, number>();
  let tokens: Token[] = [];
  let builds = 0;
  const planned: PlannedAct[] = [];

  function plan(atMs: number, context: Context, operation: Operation): void {
    planned.push({ ...operation, atMs, context });
  }

  /** On most days, a person has the same IP address. */
  function addressOf({ email }: Person): string {
    const desk = 10 + people.findIndex((person) => person.email === email);
    return chance.is(0.85) ? `198.51.100.${desk}` : `203.0.113.${chance.whole(120, 250)}`;
  }

  const inPortal = (person: Person): Context => ({
    ip: addressOf(person),
    userAgent:
      'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 Chrome/149.0 Safari/537.36',
    requestId: `req_${chance.hex(12)}`,
    service: 'portal',
  });

  const byCommand = (ip: string, platform: string): Context => ({
    ip,
    userAgent: `liblab-cli/2.0.17 (${platform}) node/24.4.1`,
    requestId: `req_${chance.hex(12)}`,
    service: 'liblab-cli',
    serviceVersion: '2.0.17',
  });

  /** People work from the day after they join; the first person works from the start. */
  const atWork = (n: number) =>
    people.filter(
      (person, index) =>
        index === 0 || (person.day < n && !(person.lastDay && person.lastDay <= n)),
    );
  const admins = (n: number) =>
    atWork(n).filter(({ role }) => role === 'owner' || role === 'admin');
  const developers = (n: number) => atWork(n).filter(({ role }) => role !== 'auditor');

  function join(person: Person, atMs: number, n: number): void {
    invite(person.email, person.role, atMs, n);
    plan(atMs + chance.whole(20, 240) * minute, inPortal(person), { kind: 'accept', person });
  }

  function invite(email: string, role: Role, atMs: number, n: number): Person {
    const by = chance.one(admins(n));
    plan(atMs, inPortal(by), { kind: 'invite', by, email, role });
    return by;
  }

  function withdraw(email: string, by: Person, atMs: number): void {
    plan(atMs, inPortal(by), { kind: 'withdraw', by, email });
  }

  function signIn(person: Person, atMs: number, mistyped: boolean): void {
    plan(atMs, inPortal(person), { kind: 'sign-in', person, mistyped });
  }

  function changeRole(person: Person, role: Role, atMs: number): void {
    const by = people[0] as Person;
    plan(atMs, inPortal(by), { kind: 'change-role', by, person, role });
  }

  function remove(person: Person, atMs: number): void {
    const by = people[0] as Person;
    tokens = tokens.filter(({ owner }) => owner !== person);
    plan(atMs, inPortal(by), { kind: 'remove', by, person });
  }

  function addToken(atMs: number, n: number): Token {
    const owner = chance.one(developers(n));
    const days = chance.one([30, 60, 90]);
    const token: Token = { name: chance.one(tokenNames), owner, days, addedMs: atMs };
    tokens.push(token);
    plan(atMs, inPortal(owner), { kind: 'add-token', token });
    return token;
  }

  /** Members can remove only their own tokens; other attempts are denied. */
  function removeToken(token: Token, by: Person, atMs: number): void {
    if (by.role !== 'member' || by === token.owner)
      tokens = tokens.filter((other) => other !== token);
    plan(atMs, inPortal(by), { kind: 'remove-token', token, by });
  }

  /** With a token that is valid at the time, or by a developer in person. */
  function builder(atMs: number, n: number): { by: By; context: Context } {
    const valid = tokens.filter(
      (token) => token.addedMs < atMs && token.addedMs + (token.days - 1) * day > atMs,
    );
    if (valid.length > 0 && chance.is(0.7)) {
      const context = byCommand(`203.0.113.${chance.whole(4, 60)}`, 'linux-x64');
      return { by: { token: chance.one(valid) }, context };
    }
    const person = chance.one(developers(n));
    const platform = chance.one(['darwin-arm64', 'linux-x64']);
    return { by: { person }, context: byCommand(addressOf(person), platform) };
  }

  /** Half of the builds are released: these succeed, and get pull requests and reviews. */
  function build(api: Api, atMs: number, n: number): void {
    const released = chance.is(0.5);
    const after = nextVersion(versions.get(api.name));
    // The last language is added three weeks after the API.
    const languages = n - api.day < 21 ? api.languages.slice(0, -1) : api.languages;
    const built =
      released || chance.is(0.3) ? languages : chance.some(languages, chance.whole(1, 2));
    const { by, context } = builder(atMs, n);
    const failure = !released && chance.is(0.13) ? chance.one(buildFailures) : undefined;
    if (failure === undefined) versions.set(api.name, after);
    builds += 1;
    const made: Build = {
      number: builds,
      api,
      languages: built,
      version: after.join('.'),
      durationMs: built.length * chance.whole(6_500, 11_000) + chance.whole(2_000, 9_000),
      failure,
    };
    plan(atMs, context, { kind: 'build', build: made, by });
    if (!released) return;
    let atPullMs = atMs + chance.whole(50, 120) * second;
    for (const language of built) {
      plan(atPullMs, context, {
        kind: 'pull-request',
        build: made,
        pullRequest: pullRequestOf(api, language),
        by,
      });
      atPullMs += chance.whole(4, 14) * second;
    }
    review(made, atPullMs + chance.whole(1, 150) * minute, n);
  }

  function nextVersion(version: [number, number, number] | undefined): [number, number, number] {
    if (!version) return [1, 0, 0];
    const [major, minor, patch] = version;
    if (chance.is(0.02)) return [major + 1, 0, 0];
    return chance.is(0.12) ? [major, minor + 1, 0] : [major, minor, patch + 1];
  }

  function pullRequestOf(api: Api, language: Language): PullRequest {
    const sdkName = sdkNameOf(api);
    const repository = `exciting-soda/${sdkName}-${language}`;
    const sdk = { language, repository, sdkName };
    if (chance.is(0.06)) return { ...sdk, result: { reason: chance.one(pullRequestFailures) } };
    const number = (pullRequests.get(repository) ?? chance.whole(3, 12)) + 1;
    pullRequests.set(repository, number);
    return { ...sdk, result: { number, url: `https://github.com/${repository}/pull/${number}` } };
  }

  function review(made: Build, atMs: number, n: number): void {
    const by = chance.one(admins(n));
    let whenMs = atMs;
    for (const language of made.languages) {
      const decide = (approved: boolean, ms: number) =>
        plan(ms, inPortal(by), { kind: 'approve', build: made, language, approved, by });
      whenMs += chance.whole(15, 200) * second;
      decide(true, whenMs);
      if (!chance.is(0.08)) continue;
      const backMs = whenMs + chance.whole(15, 90) * minute;
      decide(false, backMs);
      if (chance.is(0.6)) decide(true, backMs + chance.whole(20, 180) * minute);
    }
  }

  return {
    join,
    invite,
    withdraw,
    signIn,
    changeRole,
    remove,
    addToken,
    removeToken,
    build,
    tokens: (): readonly Token[] => tokens,
    developers,
    admins,
    /** All acts planned so far, by time. */
    planned: () => planned.toSorted((a, b) => a.atMs - b.atMs),
  };
}

export function sdkNameOf({ name }: Api): string {
  return `${name.toLowerCase().replaceAll(' ', '-')}-sdk`;
}
