import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { PreparedEvent } from '../store/row-codec.ts';
import { createSequencer, type Appended, type SequencerLimits } from './sequencer.ts';

/** A writer that the test lets go, batch by batch. */
function heldWriter(limits: Partial<SequencerLimits> = {}) {
  const batches: { organizationId: string; ids: string[]; commit: () => void; fail: () => void }[] =
    [];
  const failures: unknown[] = [];
  let next = 0;
  const sequencer = createSequencer(
    (organizationId, events) =>
      new Promise<Appended[]>((resolve, reject) => {
        batches.push({
          organizationId,
          ids: events.map((event) => event.id),
          commit: () =>
            resolve(
              events.map(() => ({
                status: 'recorded',
                seq: next++,
                leafHash: Buffer.alloc(32),
                loggedAtMs: 0,
              })),
            ),
          fail: () => reject(new Error('the disk is full')),
        });
      }),
    (error) => failures.push(error),
    limits,
  );
  return { sequencer, batches, failures };
}

const events = (organizationId: string, ...ids: string[]) =>
  ids.map((id) => ({ organizationId, event: { id } as PreparedEvent }));

describe('the sequencer', () => {
  test('commits waiting events together, one transaction of an organisation at a time', async () => {
    const { sequencer, batches } = heldWriter();
    const first = sequencer.append(events('a', '1'));
    const others = [sequencer.append(events('a', '2', '3')), sequencer.append(events('a', '4'))];
    expect(batches.map((batch) => batch.ids)).toEqual([['1']]);
    batches[0]?.commit();
    await first;
    expect(batches.map((batch) => batch.ids)).toEqual([['1'], ['2', '3', '4']]);
    batches[1]?.commit();
    expect((await Promise.all(others)).map((results) => results.length)).toEqual([2, 1]);
  });

  test('serves organisations in turn, so that a busy one does not delay the others', async () => {
    const { sequencer, batches } = heldWriter({ writers: 1, batch: 1 });
    const all = [
      sequencer.append(events('busy', '1', '2', '3')),
      sequencer.append(events('quiet', '4')),
    ];
    for (let served = 0; served < 4; served += 1) {
      batches[served]?.commit();
      await turn();
    }
    await Promise.all(all);
    expect(batches.map((batch) => batch.organizationId)).toEqual(['busy', 'quiet', 'busy', 'busy']);
  });

  test('rejects a whole request that exceeds a limit, and queues none of it', async () => {
    const { sequencer, batches } = heldWriter({ perOrganization: 2, total: 3 });
    const taken = [sequencer.append(events('a', '1')), sequencer.append(events('a', '2', '3'))];
    await expect(
      sequencer.append([...events('b', '4'), ...events('a', '5')]),
    ).rejects.toMatchObject({
      code: 'queue_full',
      retryAfterSeconds: 1,
    });
    await expect(sequencer.append(events('b', '6', '7'))).rejects.toMatchObject({
      code: 'queue_full',
    });
    expect(sequencer.load).toEqual({ waiting: 2, writing: 1 });
    batches[0]?.commit();
    await turn();
    batches[1]?.commit();
    await Promise.all(taken);
    expect(batches.flatMap((batch) => batch.ids)).toEqual(['1', '2', '3']);
  });

  test('a failed commit fails only its own events', async () => {
    const { sequencer, batches, failures } = heldWriter();
    const failing = sequencer.append(events('a', '1'));
    const later = sequencer.append(events('a', '2'));
    batches[0]?.fail();
    await expect(failing).rejects.toMatchObject({ code: 'unavailable', retryAfterSeconds: 1 });
    batches[1]?.commit();
    expect(await later).toHaveLength(1);
    expect(failures).toHaveLength(1);
  });

  test('draining commits accepted events and rejects new ones', async () => {
    const { sequencer, batches } = heldWriter();
    const accepted = [sequencer.append(events('a', '1')), sequencer.append(events('a', '2'))];
    let drained = false;
    const draining = sequencer.drain().then(() => (drained = true));
    await expect(sequencer.append(events('a', '3'))).rejects.toMatchObject({ code: 'unavailable' });
    batches[0]?.commit();
    await turn();
    expect(drained).toBe(false);
    batches[1]?.commit();
    await draining;
    expect((await Promise.all(accepted)).flat()).toHaveLength(2);
  });
});
