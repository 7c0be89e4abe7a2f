/** Ninety days of a company's work: each act follows from those before it. */

import { createActs, day, hour, minute, type Acts, type PlannedAct } from './acts.ts';
import { apis, people, strangers } from './cast.ts';
import { createChance, type Chance } from './chance.ts';

export const storyMs = 90 * day;

/** In chronological order, all before the end. Pure: the same start gives the same story. */
export function planStory(startMs: number): PlannedAct[] {
  const chance = createChance(2_026);
  const acts = createActs(chance);
  for (let n = 0; n * day <= storyMs; n += 1) liveThrough(n, startMs, acts, chance);
  return acts.planned().filter(({ atMs }) => atMs < startMs + storyMs);
}

function liveThrough(n: number, startMs: number, acts: Acts, chance: Chance): void {
  const moments = (count: number) => workingMoments(startMs, n, count, chance);
  const openingMs = n === 0 ? startMs : (moments(1)[0] ?? startMs + n * day) - 2 * hour;
  changeMembers(n, openingMs, acts, chance);
  changeTokens(n, startMs, openingMs, acts, chance);
  const isWeekend = [0, 6].includes(new Date(startMs + n * day).getUTCDay());
  const ready = apis.filter((api) => api.day < n || api.day === 0);
  for (const atMs of moments(isWeekend ? chance.whole(0, 1) : chance.whole(2, 4))) {
    acts.build(chance.one(ready), atMs, n);
  }
}

function changeMembers(n: number, openingMs: number, acts: Acts, chance: Chance): void {
  const newcomers = people.filter((person, index) => index > 0 && person.day === n);
  for (const [index, person] of newcomers.entries()) {
    acts.join(person, openingMs + (5 + index * 9) * minute, n);
  }
  for (const person of people) {
    if (person.lastDay === n) acts.remove(person, openingMs + 3 * hour);
    if (person.promoted?.day === n) {
      acts.changeRole(person, person.promoted.to, openingMs + 2 * hour);
    }
  }
  if (n % 19 === 11) {
    const email = strangers[Math.floor(n / 19)] as string;
    const host = acts.invite(email, 'member', openingMs + hour, n);
    if (n % 2 === 0) acts.withdraw(email, host, openingMs + 4 * hour);
  }
  // The demo's users have signed in before.
  if (n % 9 === 4) {
    const visitor = chance.one(people.filter(({ visitor, day: from }) => visitor && from < n));
    if (chance.is(0.4)) acts.signIn(visitor, openingMs + 50 * minute, true);
    acts.signIn(visitor, openingMs + 51 * minute, false);
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
  const expired = acts
    .tokens()
    .find((token) => token.addedMs + token.days * day < startMs + n * day);
  const old = expired ?? acts.tokens()[0];
  if (!old || old.addedMs > openingMs) return;
  if (n % 9 === 7) acts.removeToken(old, chance.one(acts.admins(n)), openingMs + 110 * minute);
  const developer = chance.one(acts.developers(n));
  if (n % 13 === 5 && developer.role === 'member') {
    acts.removeToken(old, developer, openingMs + 130 * minute);
  }
}

/** Between 07:00 and 18:00 UTC, mostly around noon; on the first day only after the people have joined. */
function workingMoments(startMs: number, n: number, count: number, chance: Chance): number[] {
  const dayMs = Math.floor((startMs + n * day) / day) * day;
  return Array.from(
    { length: count },
    () => dayMs + chance.whole(7 * 60, 12 * 60) * minute + chance.whole(0, 6 * hour),
  )
    .filter((ms) => ms > startMs + 2 * hour)
    .toSorted((a, b) => a - b);
}
