/** Half the maximum rate for 15 minutes while pages are read; memory, connections and lag must not grow. */

import { setTimeout as delay } from 'node:timers/promises';
import { startEmitter, type Emission } from '../emitter.ts';
import { printFigure, quantile } from '../figure.ts';
import { openCalls, queryPath } from '../http-calls.ts';
import { mainType, personOf } from '../sample-events.ts';
import { compareEnds, sustainLoad } from '../sustained-load.ts';
import { settle, type World } from '../world.ts';

const organizationCount = 20;
const readEveryMs = 100;

export async function soak(world: World, seconds: number): Promise<void> {
  const organizationIds = [
    world.trail.organizationId,
    ...(await world.organizations(organizationCount - 1)),
  ];
  const emission: Emission = {
    url: world.api.url,
    apiKey: await world.key(['emit'], organizationIds),
    organizationIds,
    unacknowledgedMax: 4_000,
  };
  const topRate = await measureTopRate(emission);
  await settle(world);
  const reader = await startReader(world);
  const { events, latenciesMs, samples } = await sustainLoad(world, {
    ...emission,
    seconds,
    eventsPerSecond: topRate / 2,
  });
  const pagesMs = await reader.stop();
  const ends = {
    apiMb: compareEnds(samples, 'apiMb'),
    sdkMb: compareEnds(samples, 'sdkMb'),
    connections: compareEnds(samples, 'connections'),
    behind: compareEnds(samples, 'behind'),
  };
  printFigure({
    name: `soak of ${seconds} s at half of the top rate, ${organizationCount} organisations, while pages are read`,
    unit: 'events/s',
    value: events / seconds,
    floor: topRate,
    ratio: events / seconds / topRate,
    acknowledgementMs: latenciesMs,
    pageMs: [0.5, 0.95, 0.99].map((share) => quantile(pagesMs, share)),
    pages: pagesMs.length,
    ...ends,
    behindMost: Math.max(...samples.map(({ behind }) => behind)),
  });
}

/** Measures the second run; the first is a warm-up. */
async function measureTopRate(emission: Emission): Promise<number> {
  await using emitter = startEmitter();
  await emitter.emit({ ...emission, seconds: 10 });
  const { events, seconds } = await emitter.emit({ ...emission, seconds: 20 });
  return events / seconds;
}

/** Reads pages continuously: the newest events, then filtered ones. */
async function startReader(world: World) {
  const { organizationId } = world.trail;
  const calls = openCalls(world.api.url, { cookie: await world.signIn(organizationId) });
  const inputs = [
    {},
    { actor: personOf(12).email },
    { types: [mainType] },
    { outcome: ['failure'] },
  ];
  const pagesMs: number[] = [];
  let reading = true;
  const done = (async () => {
    for (let call = 0; reading; call += 1) {
      const startedAt = performance.now();
      await calls.get(
        queryPath('events.list', { organizationId, ...inputs[call % inputs.length] }),
      );
      pagesMs.push(performance.now() - startedAt);
      await delay(readEveryMs);
    }
  })();
  return {
    async stop(): Promise<number[]> {
      reading = false;
      await done;
      calls.close();
      return pagesMs;
    },
  };
}
