/// <reference types="node" />
import { hash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { digestDisclosure, makeDisclosure } from './disclosure.ts';
import { buildEntry } from './entry.ts';
import { appendLeaves, emptyFrontier } from './frontier.ts';
import { leafHash, type Sha256 } from './hashing.ts';
import type { StoredPosition } from './verify-position.ts';
import { verifyTrail, type PositionReport, type VerifyTrailOptions } from './verify-trail.ts';

// Many hashes, on a machine that may be busy.
vi.setConfig({ testTimeout: 30_000 });

const sha256: Sha256 = (bytes) => hash('sha256', bytes, 'buffer');
const salt = 'AAAAAAAAAAAAAAAAAAAAAA';

function makePosition(seq: number, loggedAtMs = seq): StoredPosition {
  const disclosures = ['body', 'actor', 'private'].map((name) =>
    makeDisclosure({ salt, name, value: seq }),
  );
  const entry = buildEntry({
    digests: disclosures.map((disclosure) => digestDisclosure(disclosure, sha256)),
    id: `event-${seq}`,
    key: 'key',
    loggedAt: new Date(loggedAtMs).toISOString(),
  });
  return { entry, disclosures };
}

const trail = Array.from({ length: 600 }, (_, seq) => makePosition(seq));
const withLeaves = trail.map((at) => ({ ...at, leafHash: leafHash(at.entry, sha256) }));
const grown = (positions: readonly StoredPosition[]) =>
  appendLeaves(
    emptyFrontier,
    positions.map(({ entry }) => leafHash(entry, sha256)),
    sha256,
  );
const checkpointAt = (size: number) => ({ size, root: grown(trail.slice(0, size)).root });
const checkpoints = [100, 300, 600].map(checkpointAt);

function* runsOf(positions: readonly StoredPosition[], length = 256) {
  for (let at = 0; at < positions.length; at += length) yield positions.slice(at, at + length);
}
const check = (positions: readonly StoredPosition[], options: Partial<VerifyTrailOptions> = {}) =>
  verifyTrail({ positions: runsOf(positions), checkpoints, sha256, ...options });
const change = <T>(items: readonly T[], at: number, changed: T) => items.with(at, changed);

describe('a sound trail', () => {
  it('verifies in runs of any length, and reports every position in order', async () => {
    for (const length of [1, 7, 256, 1000]) {
      const reports: PositionReport[] = [];
      const verdict = await check(trail, {
        positions: runsOf(trail, length),
        onPosition: (report) => reports.push(report),
      });
      expect(verdict).toEqual({
        sound: true,
        size: 600,
        tree: grown(trail).after,
        provenSize: 600,
        counts: { disclosed: 600, partly: 0, withheld: 0 },
        problems: [],
      });
      expect(reports.map(({ seq }) => seq)).toEqual(trail.map((_, seq) => seq));
      expect(reports[42]!.entry.id).toBe('event-42');
    }
  });

  it('verifies with deleted disclosures, and reports which positions lack them', async () => {
    const states: string[] = [];
    const erased = trail.map((at, seq) => ({
      ...at,
      disclosures: at.disclosures.slice(0, [3, 2, 1, 0][seq % 4]),
    }));
    const verdict = await check(erased, { onPosition: ({ state }) => states.push(state) });
    expect(verdict.sound).toBe(true);
    expect(verdict.counts).toEqual({ disclosed: 150, partly: 300, withheld: 150 });
    expect(states.slice(0, 4)).toEqual(['disclosed', 'partly', 'partly', 'withheld']);
  });

  it('reports how far it is proven when it extends beyond the last checkpoint', async () => {
    const verdict = await check(trail, { checkpoints: [checkpointAt(100), checkpointAt(599)] });
    expect(verdict).toMatchObject({ sound: true, size: 600, provenSize: 599 });
  });

  it('verifies from the middle on, given the tree before it', async () => {
    const start = grown(trail.slice(0, 250)).after;
    const rest = trail.slice(250);
    expect(await check(rest, { start })).toMatchObject({ sound: true, size: 600, provenSize: 600 });
    const forged = { ...start, roots: start.roots.with(0, new Uint8Array(32)) };
    expect(await check(rest, { start: forged })).toMatchObject({
      sound: false,
      provenSize: 0,
      problems: [{ kind: 'root', from: 0, to: 300 }],
    });
  });

  it('is read from asynchronous sources, with checkpoints in step with positions', async () => {
    let given = 0;
    async function* later() {
      for (const run of runsOf(trail, 50)) {
        // The one to reach next, and no more of them.
        expect(given).toBe(1 + checkpoints.filter(({ size }) => size <= read).length);
        yield run;
        read += run.length;
      }
    }
    async function* roots() {
      for (const checkpoint of checkpoints) {
        given += 1;
        yield checkpoint;
      }
    }
    let read = 0;
    expect((await check([], { positions: later(), checkpoints: roots() })).sound).toBe(true);
  });

  it('of length 0 verifies against the checkpoint of the empty tree', async () => {
    expect(await check([], { checkpoints: [checkpointAt(0)] })).toMatchObject({ sound: true });
    expect(await check([], { checkpoints: [{ size: 0, root: new Uint8Array(32) }] })).toMatchObject(
      { sound: false, problems: [{ kind: 'root', from: 0, to: 0 }] },
    );
  });

  it('is not verified without checkpoints, or with unordered ones', async () => {
    await expect(check(trail, { checkpoints: [] })).rejects.toThrow(/no checkpoint/);
    const disorder = checkpoints.toReversed();
    await expect(check(trail, { checkpoints: disorder })).rejects.toThrow(/ascending/);
  });
});

describe('a trail that was changed', () => {
  const seq = fc.nat(599);
  const nextCheckpoint = (at: number) => checkpoints.findIndex(({ size }) => at < size);
  const rangeOf = (at: number) => ({
    from: checkpoints[nextCheckpoint(at) - 1]?.size ?? 0,
    to: checkpoints[nextCheckpoint(at)]!.size,
  });

  it('is unsound with a rewritten entry, located between two checkpoints', async () => {
    await fc.assert(
      fc.asyncProperty(seq, async (at) => {
        const verdict = await check(change(trail, at, makePosition(at + 1000, at)));
        expect(verdict.problems).toEqual([{ kind: 'root', ...rangeOf(at) }]);
        expect(verdict.provenSize).toBe(rangeOf(at).from);
      }),
      { numRuns: 20 },
    );
  });

  it('is unsound with a rewritten entry, located exactly if leaf hashes are stored', async () => {
    await fc.assert(
      fc.asyncProperty(seq, seq, async (one, other) => {
        const { entry, disclosures } = makePosition(one + 1000, one);
        const forged = { ...withLeaves[one]!, entry, disclosures };
        const again = { ...withLeaves[other]!, entry: new Uint8Array(3) };
        const verdict = await check(change(change(withLeaves, one, forged), other, again));
        expect(verdict.problems).toEqual(
          [...new Set([one, other])]
            .toSorted((left, right) => left - right)
            .map((at) => ({ kind: 'leaf', from: at, to: at + 1 })),
        );
      }),
      { numRuns: 20 },
    );
  });

  it('is unsound with a wrong leaf hash beside a correct entry', async () => {
    const verdict = await check(
      change(withLeaves, 150, { ...withLeaves[150]!, leafHash: new Uint8Array(32) }),
    );
    expect(verdict).toMatchObject({
      sound: false,
      provenSize: 600,
      problems: [{ kind: 'tile', from: 150, to: 151 }],
    });
  });

  it("distinguishes entries from leaf hashes that are not the log's", async () => {
    const forged = { ...makePosition(5000, 7), leafHash: withLeaves[7]!.leafHash };
    const falseLeaf = { ...withLeaves[450]!, leafHash: new Uint8Array(32) };
    const { problems } = await check(change(change(withLeaves, 7, forged), 450, falseLeaf));
    expect(problems).toEqual([
      { kind: 'leaf', from: 7, to: 8 },
      { kind: 'tile', from: 450, to: 451 },
    ]);
  });

  it('is unsound with an entry and its leaf hash rewritten together', async () => {
    const forged = makePosition(5000, 150);
    const verdict = await check(
      change(withLeaves, 150, { ...forged, leafHash: leafHash(forged.entry, sha256) }),
    );
    expect(verdict.problems).toEqual([{ kind: 'root', from: 100, to: 300 }]);
  });

  it.each([
    ['removed', trail.toSpliced(150, 1)],
    ['inserted', trail.toSpliced(150, 0, makePosition(5000, 150))],
    ['swapped', change(change(trail, 150, trail[151]!), 151, trail[150]!)],
  ])('is unsound with a position %s', async (_, changed) => {
    const { sound, problems } = await check(changed);
    expect(sound).toBe(false);
    expect(problems).toContainEqual({ kind: 'root', from: 100, to: 300 });
  });

  it('is unsound when it is truncated', async () => {
    expect((await check(trail.slice(0, 450))).problems).toEqual([
      { kind: 'missing', from: 450, to: 600 },
    ]);
  });

  it('is unsound with a changed, foreign or repeated disclosure, located exactly', async () => {
    const [first, second, third] = trail[7]!.disclosures as [string, string, string];
    for (const disclosures of [
      [first, second, makeDisclosure({ salt, name: 'private', value: 8 })],
      [...trail[8]!.disclosures],
      [first, second, third, third],
    ]) {
      const verdict = await check(change(trail, 7, { ...trail[7]!, disclosures }));
      expect(verdict.problems).toEqual([{ kind: 'disclosure', from: 7, to: 8 }]);
    }
  });

  it('is unsound with bytes that are not an entry, even if they were signed', async () => {
    const odd = change(trail, 7, { entry: Buffer.from('{}'), disclosures: [] });
    const signed = [{ size: 600, root: grown(odd).root }];
    expect((await check(odd, { checkpoints: signed })).problems).toEqual([
      { kind: 'entry', from: 7, to: 8 },
    ]);
  });

  it('is unsound when its time goes back, even if that was signed', async () => {
    const odd = change(trail, 7, makePosition(7, 5));
    const signed = [{ size: 600, root: grown(odd).root }];
    expect((await check(odd, { checkpoints: signed })).problems).toEqual([
      { kind: 'time', from: 7, to: 8 },
    ]);
  });

  it('lists at most a hundred bad positions, in order', async () => {
    const bad = trail.map((at, place) => (place < 20 ? at : { ...at, disclosures: ['AA'] }));
    const { problems } = await check(change(bad, 3, makePosition(5000, 3)));
    expect(problems[0]).toEqual({ kind: 'root', from: 0, to: 100 });
    expect(problems[1]).toEqual({ kind: 'disclosure', from: 20, to: 21 });
    expect(problems).toHaveLength(101);
  });
});
