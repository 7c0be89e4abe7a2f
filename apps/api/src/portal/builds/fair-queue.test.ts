import { describe, expect, it } from 'vitest';
import { createFairQueue } from './fair-queue.ts';

const options = { runningMax: 2, waitingMax: { perOwner: 2, total: 5 }, name: 'tasks' };

/** Tasks that the test ends, and the names of those that have started. */
function createTasks(queue = createFairQueue(options)) {
  const started: string[] = [];
  const ends = new Map<string, () => void>();
  return {
    started,
    /** `a1` is the first of owner a. */
    add(name: string) {
      return queue.run(name.charAt(0), () => {
        started.push(name);
        return new Promise<string>((resolve) => ends.set(name, () => resolve(name)));
      });
    },
    async end(name: string, done: Promise<string>) {
      await expect.poll(() => started).toContain(name);
      ends.get(name)?.();
      expect(await done).toBe(name);
    },
    queue,
  };
}

describe('a fair queue', () => {
  it('runs other owners’ tasks while one owner’s task is slow', async () => {
    const { started, add, end } = createTasks();
    const a1 = add('a1');
    const a2 = add('a2');
    const b1 = add('b1');
    await expect.poll(() => started).toEqual(['a1', 'b1']);
    await end('b1', b1);
    const c1 = add('c1');
    await expect.poll(() => started).toEqual(['a1', 'b1', 'c1']);
    await end('a1', a1);
    await expect.poll(() => started).toEqual(['a1', 'b1', 'c1', 'a2']);
    await end('a2', a2);
    await end('c1', c1);
  });

  it('serves owners in turn, one task at a time each', async () => {
    const { started, add, end } = createTasks();
    const tasks = ['a1', 'b1', 'a2', 'a3', 'c1', 'c2'].map((name) => [name, add(name)] as const);
    for (const next of ['a1', 'b1', 'a2', 'c1', 'a3', 'c2']) {
      const done = tasks.find(([name]) => name === next)?.[1] as Promise<string>;
      await end(next, done);
    }
    expect(started).toEqual(['a1', 'b1', 'a2', 'c1', 'a3', 'c2']);
  });

  it('limits the waiting tasks per owner and in total', async () => {
    const { add, started } = createTasks();
    const rejection = expect.objectContaining({
      code: 'rate_limited',
      retryAfterSeconds: 5,
    }) as Error;
    for (const name of ['a1', 'b1', 'a2', 'a3', 'b2', 'b3', 'c1']) void add(name);
    await expect(add('a4')).rejects.toEqual(rejection);
    await expect(add('c2')).rejects.toEqual(rejection);
    expect(started).toEqual(['a1', 'b1']);
  });

  it('continues after a task fails', async () => {
    const { queue, add, started } = createTasks(createFairQueue({ ...options, runningMax: 1 }));
    const failing = queue.run('a', () => Promise.reject(new Error('fails')));
    void add('a1');
    await expect(failing).rejects.toThrow('fails');
    await expect.poll(() => started).toEqual(['a1']);
  });
});
