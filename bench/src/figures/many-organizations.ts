/** One event in each of many organisations, with a commit each, compared with bare INSERTs and commits. */

import { startEmitter } from '../emitter.ts';
import { measurePairs, printFigure } from '../figure.ts';
import { openFloor } from '../floor-table.ts';
import { memoryOf } from '../processes.ts';
import { settle, type World } from '../world.ts';

/** The number of connections that the API writes on. */
const connectionCount = 4;

export function thousandOrganizations(world: World): Promise<void> {
  return manyOrganizations(world, 1_000);
}

/** Also prints the growth of the API's memory. */
export async function manyOrganizations(world: World, organizationCount: number): Promise<void> {
  await using emitter = startEmitter();
  const organizationIds = await world.organizations(organizationCount);
  const floor = await openFloor(world.owner, organizationIds);
  const connections = await Promise.all(
    Array.from({ length: connectionCount }, () => world.connect()),
  );
  const emission = {
    url: world.api.url,
    apiKey: await world.key(['emit'], organizationIds),
    organizationIds,
    events: organizationCount,
    unacknowledgedMax: 1_000,
  };
  const before = memoryOf(world.api.child.pid ?? 0);
  const { runs: _runs, ...figures } = await measurePairs(
    () => floor.insert(organizationCount, connections),
    async () => {
      const { events, failures, seconds } = await emitter.emit(emission);
      if (failures > 0) throw new Error(`${failures} events were not acknowledged.`);
      await settle(world);
      return { value: events / seconds };
    },
  );
  printFigure({
    name: `${organizationCount} organisations, one event each`,
    unit: 'events/s',
    ...figures,
    bars: [{ min: 0.4 }],
    connections: connectionCount,
    grownMb: (memoryOf(world.api.child.pid ?? 0) - before) / 1e6,
  });
}
