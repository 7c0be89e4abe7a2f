/** Ingest: events per second from `emit` to acknowledgement, compared with COPY of the same events. */

import { startEmitter } from '../emitter.ts';
import { measurePairs, median, printFigure } from '../figure.ts';
import { openFloor } from '../floor-table.ts';
import { settle, type Costs, type World } from '../world.ts';

const eventsPerRun = 30_000;
const batchEvents = 500;

/** Measures ingest into the filled trail, then into 20 organisations in turn. */
export async function ingest(world: World): Promise<void> {
  await ingestOne(world);
  await measure(world, 'ingest, 20 organisations', await world.organizations(20));
}

export function ingestOne(world: World): Promise<void> {
  const { organizationId, events } = world.trail;
  return measure(world, `ingest at ${events} events, 1 organisation`, [organizationId]);
}

async function measure(
  world: World,
  name: string,
  organizationIds: readonly string[],
): Promise<void> {
  await using emitter = startEmitter();
  const floor = await openFloor(world.owner, organizationIds);
  const emission = {
    url: world.api.url,
    apiKey: await world.key(['emit'], organizationIds),
    organizationIds,
    events: eventsPerRun,
    // Four requests in flight, and as many events queued.
    unacknowledgedMax: 8 * batchEvents,
  };
  const { runs, ...figures } = await measurePairs(
    () => floor.copy(eventsPerRun / batchEvents, batchEvents),
    async () => {
      const before = world.cpu();
      const { events, failures, seconds, cpuSeconds } = await emitter.emit(emission);
      if (failures > 0) throw new Error(`${failures} events were not acknowledged.`);
      const costs = costsPerEvent(before, world.cpu(), events);
      await settle(world);
      return { value: events / seconds, sdk: (cpuSeconds * 1e6) / events, ...costs };
    },
  );
  const cost = (of: keyof Costs | 'sdk') => median(runs.map((run) => run[of]));
  printFigure({
    name,
    unit: 'events/s',
    ...figures,
    bars: [{ min: 0.3 }, { of: 'apiCpuMicros', max: 90 }],
    apiCpuMicros: cost('api'),
    sdkCpuMicros: cost('sdk'),
    postgresCpuMicros: cost('postgres'),
    signerCpuMicros: cost('signer'),
  });
}

function costsPerEvent(before: Costs, after: Costs, events: number): Costs {
  const micros = (of: keyof Costs) => ((after[of] - before[of]) * 1e6) / events;
  return { api: micros('api'), signer: micros('signer'), postgres: micros('postgres') };
}
