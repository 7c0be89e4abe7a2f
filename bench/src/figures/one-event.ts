/** The latency of one event with nothing else in flight, compared with one INSERT and a no-op call. */

import { startEmitter } from '../emitter.ts';
import { measurePairs, median, printFigure } from '../figure.ts';
import { openFloor } from '../floor-table.ts';
import { openCalls } from '../http-calls.ts';
import type { World } from '../world.ts';

const eventsPerRun = 300;
/** Is authenticated, parsed and validated, but writes nothing. */
const noEvent = JSON.stringify({ events: [{}] });

export async function oneEvent(world: World): Promise<void> {
  await using emitter = startEmitter();
  const organizationIds = [world.trail.organizationId];
  const apiKey = await world.key(['emit'], organizationIds);
  const floor = await openFloor(world.owner, organizationIds);
  const calls = openCalls(world.api.url, { authorization: `Bearer ${apiKey}` });
  const emission = {
    url: world.api.url,
    apiKey,
    organizationIds,
    events: eventsPerRun,
    unacknowledgedMax: 1,
  };
  const noops: number[] = [];
  const { runs: _runs, ...figures } = await measurePairs(
    async () => {
      const insert = await medianMs(() => floor.insertOne());
      const noop = await medianMs(() => calls.post('/api/v1/events', noEvent));
      noops.push(noop);
      return insert + noop;
    },
    async () => ({ value: (await emitter.emit(emission)).latenciesMs[0] }),
  );
  calls.close();
  printFigure({
    name: 'one event, nothing else in flight, p50',
    unit: 'ms',
    ...figures,
    bars: [{ max: 2.5 }],
    noopMs: median(noops),
  });
}

async function medianMs(act: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let run = 0; run < eventsPerRun; run += 1) {
    const startedAt = performance.now();
    await act();
    times.push(performance.now() - startedAt);
  }
  return median(times);
}
