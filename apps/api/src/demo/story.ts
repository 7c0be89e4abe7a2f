/** Ninety days of a company's work: each event follows from those before it. */

import {
  createActs,
  day,
  hour,
  minute,
  second,
  type Acts,
  type Company,
  type StoryEvent,
} from './acts.ts';
import { apis, people, strangers, type Api, type Person } from './cast.ts';
import { createChance, type Chance } from './chance.ts';

export interface Story {
  /** In the order of their times. */
  past: StoryEvent[];
  /** The last minutes before the end. */
  recent: StoryEvent[];
}

export interface StoryOptions extends Company {
  startMs: number;
}

export const storyMs = 90 * day;
const recentMs = 8 * minute;

/** Pure: the same options tell the same story. */
export function tellStory({ startMs, ...company }: StoryOptions): Story {
  const chance = createChance(2_026);
  const acts = createActs(company, chance);
  const quietMs = startMs + storyMs - recentMs;
  for (let n = 0; n * day <= storyMs; n += 1) liveThrough(n, startMs, acts, chance);
  const past = inOrder(acts.take()).filter((event) => timeOf(event) < quietMs);
  release(quietMs, acts);
  const recent = inOrder(acts.take()).filter((event) => timeOf(event) < quietMs + recentMs);
  return { past, recent };
}

function liveThrough(n: number, startMs: number, acts: Acts, chance: Chance): void {
  const moments = (count: number) => workingMoments(startMs, n, count, chance);
  const openingMs = n === 0 ? startMs : (moments(1)[0] ?? startMs + n * day) - 2 * hour;
  const newcomers = people.filter((person) => person.day === n);
  for (const [index, person] of newcomers.entries()) {
    acts.join(person, openingMs + index * 9 * minute, n);
  }
  if (n % 19 === 11) acts.invite(chance.one(strangers), 'member', openingMs + hour, n);
  for (const api of apis) {
    if (api.day === n) acts.createApi(api, openingMs + chance.whole(20, 50) * minute, n);
  }
  const isWeekend = [0, 6].includes(new Date(startMs + n * day).getUTCDay());
  changeTokens(n, startMs, openingMs, acts, chance);
  for (const atMs of moments(isWeekend ? chance.whole(0, 3) : chance.whole(10, 21))) {
    const ready = apis.filter((api) => api.day < n || api.day === 0);
    acts.build(chance.one(ready), atMs, n);
  }
}

function changeTokens(
  n: number,
  startMs: number,
  openingMs: number,
  acts: Acts,
  chance: Chance,
): void {
  if (n === 0) acts.addToken(openingMs + 55 * minute, n);
  if (n % 6 === 3) acts.addToken(openingMs + chance.whole(60, 100) * minute, n);
  const expired = acts.tokens().find((token) => token.expiresMs < startMs + n * day);
  const old = expired ?? acts.tokens()[0];
  if (!old || old.addedMs > openingMs) return;
  if (n % 9 === 7) acts.removeToken(old, chance.one(acts.admins(n)), openingMs + 110 * minute);
  const developer = chance.one(acts.developers(n));
  if (n % 13 === 5 && developer.role === 'member') {
    acts.removeToken(old, developer, openingMs + 130 * minute);
  }
}

/** Between 7 and 18 hours UTC, most of them around noon; on the first day only after people came. */
function workingMoments(startMs: number, n: number, count: number, chance: Chance): number[] {
  const dayMs = Math.floor((startMs + n * day) / day) * day;
  return Array.from(
    { length: count },
    () => dayMs + chance.whole(7 * 60, 12 * 60) * minute + chance.whole(0, 6 * hour),
  )
    .filter((ms) => ms > startMs + 2 * hour)
    .toSorted((a, b) => a - b);
}

/** A release that ends now: token, build, pull requests, a token that a member may not remove, first approvals. */
function release(atMs: number, acts: Acts): void {
  const n = storyMs / day;
  const token = acts.addToken(atMs + 10 * second, n);
  acts.build(apis[0] as Api, atMs + 40 * second, n, { released: true, reviewAfterMs: 10 * second });
  const member = people.find(({ role }) => role === 'member') as Person;
  acts.removeToken(token, member, atMs + 3 * minute);
}

function timeOf({ occurredAt }: StoryEvent): number {
  return Date.parse(occurredAt);
}

function inOrder(events: readonly StoryEvent[]): StoryEvent[] {
  return events.toSorted((a, b) => timeOf(a) - timeOf(b));
}
