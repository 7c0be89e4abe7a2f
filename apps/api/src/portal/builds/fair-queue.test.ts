import { describe, expect, it } from 'vitest';
import { createFairQueue } from './fair-queue.ts';

const options = { running: 2, waiting: { ofOne: 2, inAll: 5 }, name: 'tasks' };

/** Work that ends when it is told to, and what has begun so far. */
function createWorks(queue = createFairQueue(options)) {
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  return {
    begun,
    /** `a1` is the first of owner a. */
    bring(name: string) {
      return queue.run(name.charAt(0), () => {
        begun.push(name);
        return new Promise<string>((resolve) => ends.set(name, () => resolve(name)));
      });
    },
    async end(name: string, done: Promise<string>) {
      await expect.poll(() => begun).toContain(name);
      ends.get(name)?.();
      expect(await done).toBe(name);
    },
    queue,
  };
}

describe('a fair queue', () => {
  it('lets nobody’s slow work hold up another’s', async () => {
    const { begun, bring, end } = createWorks();
    const a1 = bring('a1');
    const a2 = bring('a2');
    const b1 = bring('b1');
    await expect.poll(() => begun).toEqual(['a1', 'b1']);
    await end('b1', b1);
    const c1 = bring('c1');
    await expect.poll(() => begun).toEqual(['a1', 'b1', 'c1']);
    await end('a1', a1);
    await expect.poll(() => begun).toEqual(['a1', 'b1', 'c1', 'a2']);
    await end('a2', a2);
    await end('c1', c1);
  });

  it('serves the owners in turn, each by one at a time', async () => {
    const { begun, bring, end } = createWorks();
    const works = ['a1', 'b1', 'a2', 'a3', 'c1', 'c2'].map((name) => [name, bring(name)] as const);
    for (const next of ['a1', 'b1', 'a2', 'c1', 'a3', 'c2']) {
      const done = works.find(([name]) => name === next)?.[1] as Promise<string>;
      await end(next, done);
    }
    expect(begun).toEqual(['a1', 'b1', 'a2', 'c1', 'a3', 'c2']);
  });

  it('keeps no more waiting than it may, of one owner and in all', async () => {
    const { bring, begun } = createWorks();
    const refused = expect.objectContaining({
      code: 'rate_limited',
      retryAfterSeconds: 5,
    }) as Error;
    for (const name of ['a1', 'b1', 'a2', 'a3', 'b2', 'b3', 'c1']) void bring(name);
    await expect(bring('a4')).rejects.toEqual(refused);
    await expect(bring('c2')).rejects.toEqual(refused);
    expect(begun).toEqual(['a1', 'b1']);
  });

  it('goes on after work that fails', async () => {
    const { queue, bring, begun } = createWorks(createFairQueue({ ...options, running: 1 }));
    const failing = queue.run('a', () => Promise.reject(new Error('fails')));
    void bring('a1');
    await expect(failing).rejects.toThrow('fails');
    await expect.poll(() => begun).toEqual(['a1']);
  });
});
