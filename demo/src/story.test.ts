import { describe, expect, it } from 'vitest';
import type { PlannedAct } from './acts.ts';
import { storyMs, planStory } from './story.ts';

const startMs = Date.parse('2026-01-14T10:30:00.000Z');
const acts = planStory(startMs);

describe('the demo’s story', () => {
  it('is some 1,000 acts of every kind, in the order of their times, all before its end', () => {
    expect(acts.length).toBeGreaterThan(800);
    expect(acts.length).toBeLessThan(1_500);
    const kinds = Object.fromEntries(acts.map(({ kind }) => [kind, true]));
    const all: Record<PlannedAct['kind'], true> = {
      invite: true,
      withdraw: true,
      accept: true,
      'sign-in': true,
      'change-role': true,
      remove: true,
      'add-token': true,
      'remove-token': true,
      build: true,
      'pull-request': true,
      approve: true,
    };
    expect(kinds).toEqual(all);
    const times = acts.map(({ atMs }) => atMs);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(times[0]).toBeGreaterThan(startMs);
    expect(times.at(-1)).toBeLessThan(startMs + storyMs);
  });

  it('is the same for the same start', () => {
    expect(planStory(startMs)).toEqual(acts);
  });

  it('numbers the pull requests of a repository upwards', () => {
    const numbers = new Map<string, number>();
    for (const act of acts) {
      if (act.kind !== 'pull-request' || !('number' in act.pullRequest.result)) continue;
      const { repository, result } = act.pullRequest;
      expect(result.number).toBeGreaterThan(numbers.get(repository) ?? 0);
      numbers.set(repository, result.number);
    }
  });
});
