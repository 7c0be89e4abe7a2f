import { liblabCatalogue, type SentEvent } from '@liblab/audit-core';
import { describe, expect, it } from 'vitest';
import { people } from './cast.ts';
import { storyMs, tellStory } from './story.ts';

const options = {
  organizationId: '0199a000-5eed-7000-8000-000000000001',
  userIds: new Map(people.map(({ email }, index) => [email, `user-${index}`])),
  startMs: Date.parse('2026-01-14T10:30:00.000Z'),
};
const { past, recent } = tellStory(options);
const checked = [...past, ...recent].map((event) => liblabCatalogue.check(event));
const events = checked.flatMap((one) => (one.ok ? [one.event] : []));

/** Positions of events by what they did to which target. */
function firstOf(type: string, targetType: string): Map<string, number> {
  const first = new Map<string, number>();
  for (const [index, event] of events.entries()) {
    const id = idOf(event, targetType);
    if (event.type === type && id !== undefined && !first.has(id)) first.set(id, index);
  }
  return first;
}

const idOf = (event: SentEvent, type: string) =>
  event.targets.find((target) => target.type === type)?.id;

describe('the demo’s story', () => {
  it('is about 5,000 events of all eleven types, each as the catalogue wants it', () => {
    expect(checked.filter((one) => !one.ok)).toEqual([]);
    expect(events.length).toBeGreaterThan(4_500);
    expect(events.length).toBeLessThan(5_500);
    const types = new Set(liblabCatalogue.definitions.map(({ type }) => type));
    expect(new Set(events.map(({ type }) => type))).toEqual(types);
    expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
  });

  it('runs in order from its start to its end', () => {
    const times = events.map(({ occurredAt }) => Date.parse(occurredAt));
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(times[0]).toBe(options.startMs);
    expect(times.at(-1)).toBeLessThanOrEqual(options.startMs + storyMs);
    expect(recent.length).toBeGreaterThan(5);
  });

  it('is told the same way again', () => {
    expect(tellStory(options)).toEqual({ past, recent });
  });

  it('builds only what exists, approves only what was built, removes only what was added', () => {
    const apis = firstOf('user.create_api', 'api');
    const builds = firstOf('user.build', 'build');
    const approved = firstOf('user.approved_doc', 'document');
    const tokens = firstOf('user.add_ci_token', 'ci-token');
    const users = firstOf('user.create', 'user');
    const languages = new Map<string | undefined, unknown>();
    for (const [index, event] of events.entries()) {
      const before = (known: Map<string, number>, id: string | undefined) =>
        expect(known.get(id ?? ''), `${event.type} ${event.id}`).toBeLessThan(index);
      if (event.type === 'user.build') {
        before(apis, idOf(event, 'api'));
        languages.set(idOf(event, 'build'), event.details['languages']);
      }
      if (/_doc$|_pr/.test(event.type)) {
        before(builds, idOf(event, 'build'));
        expect(languages.get(idOf(event, 'build'))).toContain(event.details['language']);
      }
      if (event.type === 'user.unapproved_doc') before(approved, idOf(event, 'document'));
      if (event.type === 'user.remove_ci_token') before(tokens, idOf(event, 'ci-token'));
      if (event.actor.type === 'token') before(tokens, event.actor.id.replace('ci-token:', ''));
      if (event.actor.type === 'user' && event.type !== 'user.create')
        before(users, event.actor.id);
    }
  });

  it('numbers the pull requests of a repository upwards, and uses no token that was removed', () => {
    const numbers = new Map<string, number>();
    const removed = new Set<string>();
    for (const event of events) {
      const repository = idOf(event, 'repository') ?? '';
      const prNumber = event.details['prNumber'];
      if (typeof prNumber === 'number') {
        expect(prNumber).toBeGreaterThan(numbers.get(repository) ?? 0);
        numbers.set(repository, prNumber);
      }
      if (event.type === 'user.remove_ci_token' && event.outcome === 'success') {
        removed.add(`ci-token:${idOf(event, 'ci-token')}`);
      }
      expect(removed).not.toContain(event.actor.id);
    }
  });
});
